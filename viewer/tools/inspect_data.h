#pragma once
// `cajal inspect FILE`, continued: what a file of examples holds.

#include <filesystem>

namespace cajal {

// To stdout. Throw Error(badInput) naming the file and what is wrong in it.
void inspectIdx(const std::filesystem::path& path);
void inspectNpy(const std::filesystem::path& path);
void inspectNpz(const std::filesystem::path& path);
// What was guessed of each column, and what the table would be trained as.
void inspectCsv(const std::filesystem::path& path);

}  // namespace cajal
