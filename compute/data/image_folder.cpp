#include "compute/data/image_folder.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <functional>
#include <limits>
#include <mutex>
#include <thread>
#include <vector>

#include "compute/data/image_paths.h"
#include "compute/data/picture.h"
#include "compute/data/value_store.h"
#include "engine/base/error.h"
#include "engine/base/log.h"

namespace cajal {
namespace {

constexpr std::size_t kBlockBytes = 32 << 20;  // pictures decoded before they are put away

// ---- several at once ----------------------------------------------------------------------------

// Calls act(0) … act(count - 1) from several threads. What one throws is thrown here; where several do, the
// first by number: numbers are handed out in order, so that all before it have been tried.
class Crew {
 public:
  explicit Crew(int threads)
      : m_threads(threads > 0 ? threads
                              : std::max(1, static_cast<int>(std::thread::hardware_concurrency()))) {}

  void forEach(std::size_t count, const std::function<void(std::size_t)>& act) {
    m_next = 0;
    m_firstFailed = std::numeric_limits<std::size_t>::max();
    m_failure = nullptr;
    {
      std::vector<std::jthread> others;
      const auto wanted = std::min(static_cast<std::size_t>(m_threads), count);
      for (std::size_t i = 1; i < wanted; ++i) others.emplace_back([&] { work(count, act); });
      work(count, act);
    }
    if (m_failure) std::rethrow_exception(m_failure);
  }

 private:
  void work(std::size_t count, const std::function<void(std::size_t)>& act) {
    for (std::size_t i = m_next++; i < count; i = m_next++) {
      try {
        act(i);
      } catch (...) {
        const std::scoped_lock lock(m_mutex);
        if (i < m_firstFailed) m_failure = std::current_exception();
        m_firstFailed = std::min(i, m_firstFailed);
        m_next = count;  // the others finish what they have begun
      }
    }
  }

  int m_threads;
  std::atomic<std::size_t> m_next = 0;
  std::mutex m_mutex;  // guards the two below
  std::size_t m_firstFailed = 0;
  std::exception_ptr m_failure;
};

// ---- forms --------------------------------------------------------------------------------------

// Of one part; all pictures have the size of `like` (file and form), and the result is coloured if one is.
struct FirstPicture {
  std::filesystem::path file;
  PictureForm form;
};

bool anyIsColoured(const ImagePaths& paths, const FirstPicture& first, Crew& crew) {
  std::atomic<bool> isColoured = false;
  crew.forEach(paths.files.size(), [&](std::size_t i) {
    const PictureForm form = readPictureForm(paths.files[i]);
    if (form.isColoured) isColoured = true;
    if (form.hasSizeOf(first.form)) return;
    throw Error(ExitCode::badInput,
                fmt::format("{}: has {} x {} pixels, but {} has {} x {}; all pictures must have one size: "
                            "scale them, for example with mogrify -resize {}x{}! *.png",
                            paths.files[i].string(), form.columns, form.rows, first.file.string(),
                            first.form.columns, first.form.rows, first.form.columns, first.form.rows));
  });
  return isColoured;
}

// ---- pixels -------------------------------------------------------------------------------------

void readPart(ImagePaths paths, const PictureForm& form, std::size_t channels, std::uint64_t mostBytes,
              Crew& crew, Examples& part) {
  const std::size_t features = form.rows * form.columns * channels, count = paths.files.size();
  const std::size_t most = std::max<std::size_t>(1, kBlockBytes / features);
  ValueStore<std::uint8_t> store(std::uint64_t{count} * features, mostBytes);
  std::vector<std::uint8_t> block;
  for (std::size_t begin = 0; begin < count; begin += most) {
    const std::size_t pictures = std::min(most, count - begin);
    block.resize(pictures * features);
    crew.forEach(pictures, [&](std::size_t i) {
      readPicture(paths.files[begin + i], form, channels, std::span(block).subspan(i * features, features));
    });
    store.append(block);
  }
  store.giveTo(part);
  part.count = count;
  part.labels = std::move(paths.labels);
}

}  // namespace

DataSet readImageFolder(const std::filesystem::path& folder, const DataOptions& options, int threads) {
  ImageFolder images = findImages(folder);
  Crew crew(threads);
  const FirstPicture first = {images.training.files[0], readPictureForm(images.training.files[0])};
  bool isColoured = false;
  for (const ImagePaths* part : {&images.training, &images.validation, &images.test})
    isColoured = anyIsColoured(*part, first, crew) || isColoured;

  DataSet set;
  set.name = (folder / "").parent_path().filename().string();
  set.imageRows = first.form.rows;
  set.imageColumns = first.form.columns;
  set.imageChannels = isColoured ? 3 : 1;
  set.features = set.imageRows * set.imageColumns * set.imageChannels;
  set.classNames = images.classNames;
  set.classes = images.classNames.size();
  const std::uint64_t mostBytes = mostBytesInMemory(options);
  readPart(std::move(images.training), first.form, set.imageChannels, mostBytes, crew, set.training);
  readPart(std::move(images.validation), first.form, set.imageChannels, mostBytes, crew, set.validation);
  readPart(std::move(images.test), first.form, set.imageChannels, mostBytes, crew, set.test);
  if (images.passedOver > 0)
    logInfo("{}: {} other files and folders were passed over", set.name, images.passedOver);
  return set;
}

}  // namespace cajal
