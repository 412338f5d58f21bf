#include "compute/data/readers/picture.h"

#include <png.h>

#include <exception>
#include <new>
#include <string>
#include <vector>

#include "compute/data/readers/byte_source.h"
#include "compute/data/refusal.h"
#include "engine/base/error.h"
#include "engine/base/file.h"

// libpng reports failure by longjmp. So each function that calls it holds only pointers and numbers,
// everything with a destructor lives in its caller, and nothing throws through libpng's frames.

namespace cajal {
namespace {

constexpr png_uint_32 kMostPixelsASide = 16384;
constexpr png_alloc_size_t kMostChunkBytes = 8 << 20;

// Where libpng's callback takes bytes from, and the reason when something failed.
struct Job {
  explicit Job(const std::filesystem::path& path) : file(path) {}

  InputFile file;
  std::uint64_t position = 0;
  std::string reason;
};

void keepReason(png_structp png, png_const_charp message) {
  static_cast<Job*>(png_get_error_ptr(png))->reason = message;
  png_longjmp(png, 1);
}

void ignoreWarning(png_structp, png_const_charp) {}

// Why it cannot be had, or null.
const char* take(Job& job, png_bytep data, std::size_t size) {
  if (size > job.file.size() - job.position) return "it ends too early";
  try {
    job.file.readAt(job.position, std::as_writable_bytes(std::span(data, size)));
  } catch (const std::exception&) {
    return "it cannot be read any further";
  }
  job.position += size;
  return nullptr;
}

void takeBytes(png_structp png, png_bytep data, std::size_t size) {
  const char* failure = take(*static_cast<Job*>(png_get_io_ptr(png)), data, size);
  if (failure) png_error(png, failure);
}

// Owns libpng's two structs.
class PngReader {
 public:
  explicit PngReader(Job& job)
      : m_png(png_create_read_struct(PNG_LIBPNG_VER_STRING, &job, keepReason, ignoreWarning)) {
    if (m_png) m_info = png_create_info_struct(m_png);
    if (m_info) return;
    png_destroy_read_struct(&m_png, &m_info, nullptr);
    throw std::bad_alloc();
  }
  ~PngReader() { png_destroy_read_struct(&m_png, &m_info, nullptr); }
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;

  png_structp png() const { return m_png; }
  png_infop info() const { return m_info; }

 private:
  png_structp m_png = nullptr;
  png_infop m_info = nullptr;
};

bool isGreyPalette(png_structp png, png_infop info) {
  png_colorp palette = nullptr;
  int count = 0;
  png_get_PLTE(png, info, &palette, &count);
  for (int i = 0; i < count; ++i) {
    if (palette[i].red != palette[i].green || palette[i].green != palette[i].blue) return false;
  }
  return true;
}

// Reads up to the pixels; false, with job.reason, if this is no picture we read.
bool readHeader(png_structp png, png_infop info, Job& job, PictureForm& form) {
  if (setjmp(png_jmpbuf(png)) != 0) return false;
  png_set_user_limits(png, kMostPixelsASide, kMostPixelsASide);
  png_set_chunk_malloc_max(png, kMostChunkBytes);
  png_set_chunk_cache_max(png, 1);
  png_set_crc_action(png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, nullptr, -1);  // all but what pixels need
  png_set_read_fn(png, &job, takeBytes);
  png_read_info(png, info);
  form.rows = png_get_image_height(png, info);
  form.columns = png_get_image_width(png, info);
  const int kind = png_get_color_type(png, info);
  const bool isPalette = kind == PNG_COLOR_TYPE_PALETTE;
  form.isColoured = isPalette ? !isGreyPalette(png, info) : (kind & PNG_COLOR_MASK_COLOR) != 0;
  // So the size of the file bounds what is allocated for it.
  const std::uint64_t claimed = (png_get_rowbytes(png, info) + 1) * std::uint64_t{form.rows};
  if (claimed / kMostDeflateRatio > job.file.size()) png_error(png, "it claims more pixels than it can hold");
  return true;
}

// After readHeader(). rows: a pointer to each row.
bool readRows(png_structp png, png_infop info, int channels, png_bytepp rows) {
  if (setjmp(png_jmpbuf(png)) != 0) return false;
  png_set_scale_16(png);
  png_set_expand(png);
  png_set_strip_alpha(png);
  if (channels == 3) {
    png_set_gray_to_rgb(png);
  } else if ((png_get_color_type(png, info) & PNG_COLOR_MASK_COLOR) != 0) {
    png_set_rgb_to_gray_fixed(png, PNG_ERROR_ACTION_NONE, -1, -1);  // a palette of greys: stays exact
  }
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
  if (png_get_channels(png, info) != channels) png_error(png, "it has other channels than it said");
  png_read_image(png, rows);
  png_read_end(png, nullptr);
  return true;
}

[[noreturn]] void refuse(const Job& job) {
  cajal::refuse(job.file.path().string(), "is not a PNG picture we can read: {}; save it again", job.reason);
}

}  // namespace

PictureForm readPictureForm(const std::filesystem::path& file) {
  Job job(file);
  const PngReader reader(job);
  PictureForm form;
  if (!readHeader(reader.png(), reader.info(), job, form)) refuse(job);
  return form;
}

void readPicture(const std::filesystem::path& file, const PictureForm& form, std::size_t channels,
                 std::span<std::uint8_t> pixels) {
  require(pixels.size() == form.rows * form.columns * channels, "readPicture: room for another size");
  Job job(file);
  const PngReader reader(job);
  PictureForm now;
  if (!readHeader(reader.png(), reader.info(), job, now)) refuse(job);
  if (!now.hasSizeOf(form) || (now.isColoured && channels == 1))
    throw Error(ExitCode::inputOutput,
                fmt::format("{}: was changed while it was read; try again", file.string()));
  std::vector<png_bytep> rows(form.rows);
  for (std::size_t r = 0; r < form.rows; ++r) rows[r] = pixels.data() + r * form.columns * channels;
  if (!readRows(reader.png(), reader.info(), static_cast<int>(channels), rows.data())) refuse(job);
}

}  // namespace cajal
