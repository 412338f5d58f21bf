#include "compute/data/sets/image_folder.h"

#include <algorithm>
#include <atomic>
#include <vector>

#include "compute/data/readers/image_paths.h"
#include "compute/data/readers/picture.h"
#include "compute/data/readers/value_store.h"
#include "compute/data/refusal.h"
#include "engine/base/log.h"
#include "engine/base/parallel.h"

namespace cajal {
namespace {

constexpr std::size_t kBlockBytes = 32 << 20;  // pictures decoded before they are put away

// ---- forms --------------------------------------------------------------------------------------

// Of one part; all pictures have the size of `like` (file and form), and the result is coloured if one is.
struct FirstPicture {
  std::filesystem::path file;
  PictureForm form;
};

bool anyIsColoured(const ImagePaths& paths, const FirstPicture& first, unsigned threads) {
  std::atomic<bool> isColoured = false;
  const auto compare = [&](std::size_t i) {
    const PictureForm form = readPictureForm(paths.files[i]);
    if (form.isColoured) isColoured = true;
    if (form.hasSizeOf(first.form)) return;
    refuse(paths.files[i].string(),
           "has {} x {} pixels, but {} has {} x {}; all pictures must have one size: "
           "scale them, for example with mogrify -resize {}x{}! *.png",
           form.columns, form.rows, first.file.string(), first.form.columns, first.form.rows,
           first.form.columns, first.form.rows);
  };
  parallelFor(paths.files.size(), compare, threads);
  return isColoured;
}

// ---- pixels -------------------------------------------------------------------------------------

void readPart(ImagePaths paths, const PictureForm& form, std::size_t channels, std::uint64_t mostBytes,
              unsigned threads, Examples& part) {
  const std::size_t features = form.rows * form.columns * channels, count = paths.files.size();
  const std::size_t most = std::max<std::size_t>(1, kBlockBytes / features);
  ValueStore<std::uint8_t> store(std::uint64_t{count} * features, mostBytes);
  std::vector<std::uint8_t> block;
  for (std::size_t begin = 0; begin < count; begin += most) {
    const std::size_t pictures = std::min(most, count - begin);
    block.resize(pictures * features);
    const auto read = [&](std::size_t i) {
      readPicture(paths.files[begin + i], form, channels, std::span(block).subspan(i * features, features));
    };
    parallelFor(pictures, read, threads);
    store.append(block);
  }
  store.giveTo(part);
  part.count = count;
  part.labels = std::move(paths.labels);
}

}  // namespace

DataSet readImageFolder(const std::filesystem::path& folder, const DataOptions& options, unsigned threads) {
  ImageFolder images = findImages(folder);
  const FirstPicture first = {images.training.files[0], readPictureForm(images.training.files[0])};
  bool isColoured = false;
  for (const ImagePaths* part : {&images.training, &images.validation, &images.test})
    isColoured = anyIsColoured(*part, first, threads) || isColoured;

  DataSet set;
  set.name = (folder / "").parent_path().filename().string();
  set.imageRows = first.form.rows;
  set.imageColumns = first.form.columns;
  set.imageChannels = isColoured ? 3 : 1;
  set.features = set.imageRows * set.imageColumns * set.imageChannels;
  set.classNames = images.classNames;
  set.classes = images.classNames.size();
  const std::uint64_t mostBytes = mostBytesInMemory(options);
  readPart(std::move(images.training), first.form, set.imageChannels, mostBytes, threads, set.training);
  readPart(std::move(images.validation), first.form, set.imageChannels, mostBytes, threads, set.validation);
  readPart(std::move(images.test), first.form, set.imageChannels, mostBytes, threads, set.test);
  if (images.passedOver > 0)
    logInfo("{}: {} other files and folders were passed over", set.name, images.passedOver);
  return set;
}

}  // namespace cajal
