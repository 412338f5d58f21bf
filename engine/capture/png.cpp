#include "engine/capture/png.h"

#include "engine/base/error.h"
#include "engine/base/file.h"

#include <png.h>
#include <zlib.h>

#include <cstring>

// libpng reports failure by longjmp. So each function that calls it holds only pointers made before the
// setjmp, everything with a destructor lives in its caller, and nothing throws through libpng's frames.

namespace cajal {
namespace {

constexpr int kMostPixelsASide = 16384;
constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 30;

// Where libpng's callbacks put bytes, or take them from, and the reason when something failed.
struct Job {
  std::vector<std::byte> bytes;
  std::size_t position = 0;  // reading
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

void takeBytes(png_structp png, png_bytep data, std::size_t size) {
  Job& job = *static_cast<Job*>(png_get_io_ptr(png));
  if (size > job.bytes.size() - job.position) png_error(png, "it ends too early");
  std::memcpy(data, job.bytes.data() + job.position, size);
  job.position += size;
}

// Owns libpng's two structs of a writer or a reader.
class PngHandle {
 public:
  enum class Kind { read, write };
  PngHandle(Kind kind, Job& job) : m_kind(kind) {
    m_png = kind == Kind::read
                ? png_create_read_struct(PNG_LIBPNG_VER_STRING, &job, keepReason, ignoreWarning)
                : png_create_write_struct(PNG_LIBPNG_VER_STRING, &job, keepReason, ignoreWarning);
    if (m_png != nullptr) m_info = png_create_info_struct(m_png);
    if (m_info == nullptr) destroy();
    if (m_png == nullptr) throw std::bad_alloc();
  }
  ~PngHandle() { destroy(); }
  PngHandle(const PngHandle&) = delete;
  PngHandle& operator=(const PngHandle&) = delete;

  png_structp png() const { return m_png; }
  png_infop info() const { return m_info; }

 private:
  void destroy() {
    if (m_kind == Kind::read) {
      png_destroy_read_struct(&m_png, &m_info, nullptr);
    } else {
      png_destroy_write_struct(&m_png, &m_info);
    }
  }

  Kind m_kind;
  png_structp m_png = nullptr;
  png_infop m_info = nullptr;
};

// ---- writing ----------------------------------------------------------------------------------------------

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

bool encode(const PngHandle& handle, Job& job, const PictureView& picture,
            const std::vector<png_text>& chunks, PngAlpha alpha) {
  const png_structp png = handle.png();
  const png_infop info = handle.info();
  if (setjmp(png_jmpbuf(png)) != 0) return false;
  png_set_write_fn(png, &job, appendBytes, nullptr);
  const bool hasAlpha = picture.channels == 4 && alpha == PngAlpha::keep;
  png_set_IHDR(png, info, static_cast<png_uint_32>(picture.width), static_cast<png_uint_32>(picture.height),
               8, hasAlpha ? PNG_COLOR_TYPE_RGB_ALPHA : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_sRGB(png, info, PNG_sRGB_INTENT_PERCEPTUAL);
  if (!chunks.empty()) png_set_text(png, info, chunks.data(), static_cast<int>(chunks.size()));
  // Run lengths only: on thin lines half the time of level 1's search, and no larger.
  png_set_compression_level(png, 1);
  png_set_compression_strategy(png, Z_RLE);
  png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_SUB);
  png_write_info(png, info);
  if (picture.channels == 4 && !hasAlpha) png_set_filler(png, 0, PNG_FILLER_AFTER);
  const std::size_t rowBytes =
      static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.channels);
  for (int row = 0; row < picture.height; ++row) {
    png_write_row(png, reinterpret_cast<png_const_bytep>(picture.pixels.data()) +
                           static_cast<std::size_t>(row) * rowBytes);
  }
  png_write_end(png, info);
  return true;
}

// ---- reading ----------------------------------------------------------------------------------------------

// Reads the header; false, with job.reason, if this is no picture we read.
bool decodeHeader(const PngHandle& handle, Job& job) {
  const png_structp png = handle.png();
  const png_infop info = handle.info();
  if (setjmp(png_jmpbuf(png)) != 0) return false;
  png_set_user_limits(png, kMostPixelsASide, kMostPixelsASide);
  png_set_read_fn(png, &job, takeBytes);
  png_read_info(png, info);
  if (png_get_bit_depth(png, info) > 8) png_error(png, "it has sixteen bits a channel; give one of eight");
  // Deflate shrinks by 1032 at most, so the size of the file bounds what is allocated for it.
  const std::size_t claimed = (png_get_rowbytes(png, info) + 1) * png_get_image_height(png, info);
  if (claimed / 1032 > job.bytes.size()) png_error(png, "it claims more pixels than its bytes can hold");
  png_set_expand(png);
  png_set_gray_to_rgb(png);
  png_set_add_alpha(png, 255, PNG_FILLER_AFTER);
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
  return true;
}

bool decodeRows(const PngHandle& handle, png_bytepp rows) {
  const png_structp png = handle.png();
  if (setjmp(png_jmpbuf(png)) != 0) return false;
  png_read_image(png, rows);
  png_read_end(png, handle.info());
  return true;
}

std::vector<PngText> textOf(const PngHandle& handle) {
  png_textp chunks = nullptr;
  const int count = png_get_text(handle.png(), handle.info(), &chunks, nullptr);
  std::vector<PngText> text;
  for (int i = 0; i < count; ++i) text.push_back({chunks[i].key, chunks[i].text});
  return text;
}

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& reason) {
  throw Error(ExitCode::badInput,
              fmt::format("'{}' is not a PNG picture we can read: {}", path.string(), reason));
}

std::vector<png_bytep> rowsOf(PngPicture& picture) {
  const std::size_t rowBytes = static_cast<std::size_t>(picture.width) * 4;
  picture.pixels.resize(rowBytes * static_cast<std::size_t>(picture.height));
  std::vector<png_bytep> rows;
  for (std::size_t at = 0; at < picture.pixels.size(); at += rowBytes) {
    rows.push_back(reinterpret_cast<png_bytep>(picture.pixels.data() + at));
  }
  return rows;
}

}  // namespace

std::vector<std::byte> encodePng(const PictureView& picture, std::span<const PngText> text, PngAlpha alpha) {
  require(picture.width > 0 && picture.height > 0 && (picture.channels == 3 || picture.channels == 4),
          "a picture has pixels of 3 or 4 bytes");
  require(picture.pixels.size() == static_cast<std::size_t>(picture.width) *
                                       static_cast<std::size_t>(picture.height) *
                                       static_cast<std::size_t>(picture.channels),
          "a picture's size and its bytes agree");
  Job job;
  const PngHandle handle(PngHandle::Kind::write, job);
  if (!encode(handle, job, picture, chunksOf(text), alpha)) {
    throw Error(ExitCode::inputOutput, fmt::format("cannot encode a picture as PNG: {}", job.reason));
  }
  return std::move(job.bytes);
}

void writePng(const std::filesystem::path& path, const PictureView& picture, std::span<const PngText> text,
              PngAlpha alpha) {
  AtomicFile file(path);
  file.write(encodePng(picture, text, alpha));
  file.commit();
}

PngPicture readPng(const std::filesystem::path& path) {
  Job job;
  const InputFile file(path);
  if (file.size() > kMostBytes) refuse(path, "it is larger than 1 GiB");
  job.bytes.resize(file.size());
  file.readAt(0, job.bytes);
  const PngHandle handle(PngHandle::Kind::read, job);
  if (!decodeHeader(handle, job)) refuse(path, job.reason);
  PngPicture picture;
  picture.width = static_cast<int>(png_get_image_width(handle.png(), handle.info()));
  picture.height = static_cast<int>(png_get_image_height(handle.png(), handle.info()));
  picture.isSrgb = png_get_valid(handle.png(), handle.info(), PNG_INFO_sRGB) != 0;
  std::vector<png_bytep> rows = rowsOf(picture);
  if (!decodeRows(handle, rows.data())) refuse(path, job.reason);
  picture.text = textOf(handle);
  return picture;
}

}  // namespace cajal
