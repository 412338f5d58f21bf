#pragma once
// `cajal inspect FILE`: what a model file, a data file or a run folder holds.

#include <filesystem>

namespace cajal {

// To stdout. Throws Error(badInput) naming the file where it is none of ours, or broken.
void inspectFile(const std::filesystem::path& path);

}  // namespace cajal
