#include "engine/capture/png.h"

#include "engine/base/error.h"
#include "engine/base/file.h"

#include <png.h>
#include <zlib.h>

#include <new>

// libpng reports failure by longjmp. So each function that calls it holds only pointers made before the
// setjmp, everything with a destructor lives in its caller, and nothing throws through libpng's frames.

namespace cajal {
namespace {

// Where libpng's callbacks put bytes, and the reason when something failed.
struct Job {
  std::vector<std::byte> bytes;
  std::string reason;
};

void keepReason(png_structp png, png_const_charp message) {
  static_cast<Job*>(png_get_error_ptr(png))->reason = message;
  png_longjmp(png, 1);
}

void ignoreWarning(png_structp, png_const_charp) {}

void appendBytes(png_structp png, png_bytep data, std::size_t size) {
  Job& job = *static_cast<Job*>(png_get_io_ptr(png));
  const std::byte* first = reinterpret_cast<const std::byte*>(data);
  try {
    job.bytes.insert(job.bytes.end(), first, first + size);
    return;
  } catch (const std::bad_alloc&) {
  }
  png_error(png, "out of memory");
}

// Owns libpng's two structs.
class PngWriter {
 public:
  explicit PngWriter(Job& job)
      : m_png(png_create_write_struct(PNG_LIBPNG_VER_STRING, &job, keepReason, ignoreWarning)) {
    if (m_png != nullptr) m_info = png_create_info_struct(m_png);
    if (m_info != nullptr) return;
    png_destroy_write_struct(&m_png, &m_info);
    throw std::bad_alloc();
  }
  ~PngWriter() { png_destroy_write_struct(&m_png, &m_info); }
  PngWriter(const PngWriter&) = delete;
  PngWriter& operator=(const PngWriter&) = delete;

  png_structp png() const { return m_png; }
  png_infop info() const { return m_info; }

 private:
  png_structp m_png = nullptr;
  png_infop m_info = nullptr;
};

std::vector<png_text> chunksOf(std::span<const PngText> text) {
  std::vector<png_text> chunks;
  for (const PngText& line : text) {
    png_text chunk{};
    chunk.compression = PNG_ITXT_COMPRESSION_NONE;
    chunk.key = const_cast<char*>(line.key.c_str());
    chunk.text = const_cast<char*>(line.value.c_str());
    chunk.itxt_length = line.value.size();
    chunk.lang = const_cast<char*>("");
    chunk.lang_key = const_cast<char*>("");
    chunks.push_back(chunk);
  }
  return chunks;
}

bool encode(const PngWriter& writer, Job& job, const PictureView& picture,
            const std::vector<png_text>& chunks) {
  const png_structp png = writer.png();
  const png_infop info = writer.info();
  if (setjmp(png_jmpbuf(png)) != 0) return false;
  png_set_write_fn(png, &job, appendBytes, nullptr);
  png_set_IHDR(png, info, static_cast<png_uint_32>(picture.width), static_cast<png_uint_32>(picture.height),
               8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  png_set_sRGB(png, info, PNG_sRGB_INTENT_PERCEPTUAL);
  if (!chunks.empty()) png_set_text(png, info, chunks.data(), static_cast<int>(chunks.size()));
  // Run lengths only: on thin lines half the time of level 1's search, and no larger.
  png_set_compression_level(png, 1);
  png_set_compression_strategy(png, Z_RLE);
  png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_SUB);
  png_write_info(png, info);
  if (picture.channels == 4) png_set_filler(png, 0, PNG_FILLER_AFTER);
  const std::size_t rowBytes =
      static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.channels);
  for (int row = 0; row < picture.height; ++row) {
    png_write_row(png, reinterpret_cast<png_const_bytep>(picture.pixels.data()) +
                           static_cast<std::size_t>(row) * rowBytes);
  }
  png_write_end(png, info);
  return true;
}

}  // namespace

std::vector<std::byte> encodePng(const PictureView& picture, std::span<const PngText> text) {
  require(picture.width > 0 && picture.height > 0 && (picture.channels == 3 || picture.channels == 4),
          "a picture has pixels of 3 or 4 bytes");
  require(picture.pixels.size() == static_cast<std::size_t>(picture.width) *
                                       static_cast<std::size_t>(picture.height) *
                                       static_cast<std::size_t>(picture.channels),
          "a picture's size and its bytes agree");
  Job job;
  const PngWriter writer(job);
  if (!encode(writer, job, picture, chunksOf(text))) {
    throw Error(ExitCode::inputOutput, fmt::format("cannot encode a picture as PNG: {}", job.reason));
  }
  return std::move(job.bytes);
}

void writePng(const std::filesystem::path& path, const PictureView& picture, std::span<const PngText> text) {
  AtomicFile file(path);
  file.write(encodePng(picture, text));
  file.commit();
}

}  // namespace cajal
