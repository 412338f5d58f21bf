#include "compute/data/sets/mnist.h"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "compute/data/readers/idx.h"
#include "compute/data/refusal.h"
#include "engine/base/error.h"
#include "engine/base/log.h"

namespace cajal {
namespace {

namespace fs = std::filesystem;

constexpr std::uint8_t kClasses = 10;

// ---- which files --------------------------------------------------------------------------------

// Answers "there" also for what we may not read: readIdx then says why.
bool isThere(const fs::path& file) {
  std::error_code error;
  return fs::exists(file, error) || (error && error != std::errc::no_such_file_or_directory);
}

// `stem` as in "train-images", `kind` as in "idx3-ubyte".
std::optional<fs::path> find(const fs::path& folder, const std::string& stem, const std::string& kind) {
  for (const char* separator : {"-", "."}) {
    for (const char* ending : {"", ".gz"}) {
      const fs::path file = folder / (stem + separator + kind + ending);
      if (isThere(file)) return file;
    }
  }
  return std::nullopt;
}

struct PartFiles {
  fs::path images, labels;
};

// Both files of "train" or "t10k", neither, or an error that names the missing one.
std::optional<PartFiles> findPart(const fs::path& folder, const std::string& part) {
  const auto images = find(folder, part + "-images", "idx3-ubyte");
  const auto labels = find(folder, part + "-labels", "idx1-ubyte");
  if (!images && !labels) return std::nullopt;
  if (!images || !labels) {
    const std::string missing = images ? part + "-labels-idx1-ubyte" : part + "-images-idx3-ubyte";
    refuse(folder.string(), "{} (or .gz) is missing; put it beside the other MNIST files", missing);
  }
  return PartFiles{*images, *labels};
}

void checkFolder(const fs::path& folder) {
  std::error_code error;
  const fs::file_status status = fs::status(folder, error);
  if (!fs::exists(status)) {
    const std::string why = error ? error.message() : systemError(ENOENT);
    throw Error(ExitCode::inputOutput,
                fmt::format("cannot read {}: {}; name the folder with the MNIST files, mnist:DIR",
                            folder.string(), why));
  }
  if (!fs::is_directory(status)) {
    throw Error(
        ExitCode::badInput,
        fmt::format("{} is no folder; name the folder with the MNIST files, mnist:DIR", folder.string()));
  }
}

// ---- what they hold -----------------------------------------------------------------------------

struct Pictures {
  Examples examples;
  std::size_t rows = 0, columns = 0;  // pixels
};

void checkRank(const IdxArray& array, std::size_t rank, const fs::path& file, const char* meaning) {
  if (array.shape.size() == rank) return;
  refuse(file.string(), "has {} dimensions, {} have {}; is it the right file?", array.shape.size(), meaning,
         rank);
}

void checkLabels(const std::vector<std::uint8_t>& labels, const fs::path& file) {
  const auto wrong =
      std::find_if(labels.begin(), labels.end(), [](std::uint8_t label) { return label >= kClasses; });
  if (wrong == labels.end()) return;
  refuse(file.string(), "label {} is {}; labels are 0 to 9, fetch the file again", wrong - labels.begin(),
         *wrong);
}

Pictures readPart(const PartFiles& files) {
  IdxArray images = readIdx(files.images);
  checkRank(images, 3, files.images, "pictures");
  IdxArray labels = readIdx(files.labels);
  checkRank(labels, 1, files.labels, "labels");
  if (images.shape[0] != labels.shape[0]) {
    throw Error(ExitCode::badInput,
                fmt::format("{} holds {} pictures, but {} holds {} labels; fetch both again",
                            files.images.string(), images.shape[0], files.labels.string(), labels.shape[0]));
  }
  checkLabels(labels.values, files.labels);
  Pictures part;
  part.examples.count = images.shape[0];
  part.examples.bytes = std::move(images.values);
  part.examples.labels.assign(labels.values.begin(), labels.values.end());
  part.rows = images.shape[1];
  part.columns = images.shape[2];
  return part;
}

Examples slice(const Pictures& part, std::size_t begin, std::size_t end) {
  const std::size_t features = part.rows * part.columns;
  const auto at = [](const auto& values, std::size_t i) {
    return values.begin() + static_cast<std::ptrdiff_t>(i);
  };
  Examples examples;
  examples.count = end - begin;
  examples.bytes.assign(at(part.examples.bytes, begin * features), at(part.examples.bytes, end * features));
  examples.labels.assign(at(part.examples.labels, begin), at(part.examples.labels, end));
  return examples;
}

void takeBoth(DataSet& set, Pictures training, Pictures test) {
  if (training.rows != test.rows || training.columns != test.columns) {
    throw Error(ExitCode::badInput,
                fmt::format("the train pictures are {} x {}, the t10k pictures {} x {}; they must agree",
                            training.rows, training.columns, test.rows, test.columns));
  }
  set.training = std::move(training.examples);
  set.test = std::move(test.examples);
}

void splitTest(DataSet& set, const Pictures& part, const fs::path& folder) {
  const std::size_t count = part.examples.count, trainingCount = count * 85 / 100;
  if (trainingCount == 0) {
    refuse(folder.string(), "{} picture is too few to split into training and test", count);
  }
  set.training = slice(part, 0, trainingCount);
  set.test = slice(part, trainingCount, count);
  logInfo("{} holds the t10k files only: the first {} train, the last {} test", folder.string(),
          trainingCount, count - trainingCount);
}

DataSet emptySet(const Pictures& like) {
  DataSet set;
  set.name = "mnist";
  set.imageRows = like.rows;
  set.imageColumns = like.columns;
  set.imageChannels = 1;
  set.features = like.rows * like.columns;
  set.classes = kClasses;
  for (int digit = 0; digit < kClasses; ++digit) set.classNames.push_back(std::to_string(digit));
  return set;
}

}  // namespace

DataSet loadMnist(const fs::path& folder) {
  checkFolder(folder);
  const auto trainingFiles = findPart(folder, "train"), testFiles = findPart(folder, "t10k");
  if (!testFiles) {
    refuse(folder.string(),
           "holds no t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte (or .gz); "
           "put the MNIST files there");
  }
  Pictures test = readPart(*testFiles);
  DataSet set = emptySet(test);
  if (trainingFiles) {
    takeBoth(set, readPart(*trainingFiles), std::move(test));
  } else {
    splitTest(set, test, folder);
  }
  return set;
}

}  // namespace cajal
