#pragma once
// `cajal info`: devices and back ends, what would be chosen, and why the others would not.

namespace cajal {

struct Options;

void printInfo(const Options& options);

}  // namespace cajal
