#include "compute/data/readers/image_paths.h"

#include <algorithm>
#include <set>
#include <system_error>

#include "compute/data/refusal.h"
#include "engine/base/error.h"

namespace cajal {
namespace {

namespace fs = std::filesystem;

constexpr const char* kLayout =
    "give a folder with a sub-folder a class and PNG pictures in them, FOLDER/cat/1.png";

// What lies in a folder, sorted by name as bytes compare. Hidden entries are not there.
struct Listing {
  std::vector<std::string> folders, pictures;
  std::size_t others = 0;
};

bool isPictureName(const std::string& name) {
  std::string ending = fs::path(name).extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return ending == ".png";
}

Listing list(const fs::path& folder) {
  Listing listing;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    std::error_code unknown;
    if (name.starts_with('.')) continue;
    if (entry->is_directory(unknown)) {
      listing.folders.push_back(name);
    } else if (isPictureName(name)) {
      listing.pictures.push_back(name);
    } else {
      ++listing.others;
    }
  }
  if (error)
    throw Error(ExitCode::inputOutput,
                fmt::format("cannot read the folder {}: {}", folder.string(), error.message()));
  std::sort(listing.folders.begin(), listing.folders.end());
  std::sort(listing.pictures.begin(), listing.pictures.end());
  return listing;
}

// A folder whose sub-folders are parts: nothing but these, train among them. A class may be named train, too.
bool isDivided(const Listing& listing) {
  static const std::set<std::string> parts = {"train", "validation", "val", "test"};
  const bool areParts = std::all_of(listing.folders.begin(), listing.folders.end(),
                                    [](const std::string& name) { return parts.contains(name); });
  return areParts && std::count(listing.folders.begin(), listing.folders.end(), "train") == 1;
}

// `classNames`: empty until the first part, which is the one that trains, has said what there is.
ImagePaths findPart(const fs::path& folder, std::vector<std::string>& classNames, std::size_t& passedOver) {
  const Listing listing = list(folder);
  if (listing.folders.empty()) refuse(folder.string(), "holds no sub-folder; {}", kLayout);
  passedOver += listing.others + listing.pictures.size();
  if (classNames.empty()) classNames = listing.folders;
  ImagePaths found;
  for (const std::string& name : listing.folders) {
    const auto known = std::lower_bound(classNames.begin(), classNames.end(), name);
    if (known == classNames.end() || *known != name)
      refuse((folder / name).string(),
             "is a class that no training picture has; add some, or take the folder away");
    const Listing members = list(folder / name);
    if (members.pictures.empty())
      refuse((folder / name).string(), "is a class without a PNG picture; add some, or take the folder away");
    passedOver += members.others + members.folders.size();
    for (const std::string& picture : members.pictures) {
      found.files.push_back(folder / name / picture);
      found.labels.push_back(static_cast<Label>(known - classNames.begin()));
    }
  }
  return found;
}

}  // namespace

ImageFolder findImages(const fs::path& folder) {
  std::error_code error;
  const fs::file_status status = fs::status(folder, error);
  if (fs::exists(status) && !fs::is_directory(status)) refuse(folder.string(), "is no folder; {}", kLayout);
  const Listing top = list(folder);
  ImageFolder found;
  if (isDivided(top)) {
    found.passedOver = top.others + top.pictures.size();
    found.training = findPart(folder / "train", found.classNames, found.passedOver);
    const auto findOther = [&](const char* name) {
      const bool isThere = std::count(top.folders.begin(), top.folders.end(), name) == 1;
      return isThere ? findPart(folder / name, found.classNames, found.passedOver) : ImagePaths{};
    };
    const ImagePaths shortNamed = findOther("val");
    found.validation = findOther("validation");
    if (!shortNamed.files.empty() && !found.validation.files.empty())
      refuse(folder.string(), "holds a folder validation and a folder val; keep one of them");
    if (found.validation.files.empty()) found.validation = shortNamed;
    found.test = findOther("test");
  } else {
    found.training = findPart(folder, found.classNames, found.passedOver);
  }
  if (found.classNames.size() < 2)
    refuse(folder.string(), "holds one class alone ('{}'), so that there is nothing to learn; {}",
           found.classNames[0], kLayout);
  if (found.classNames.size() > kMostClasses)
    refuse(folder.string(), "holds {} classes; at most {} are read", found.classNames.size(), kMostClasses);
  return found;
}

}  // namespace cajal
