#pragma once
// NPY, NumPy's format of one array: eight bytes "\x93NUMPY" and version, the header's length, a header that
// is a Python dictionary literal, then the values.
//
// The header is read by a parser that knows this one dictionary and nothing else of Python; nothing is ever
// evaluated. Versions 1 to 3; booleans, integers and floats, in either byte order and either order of
// indices.

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "compute/data/readers/array_stream.h"

namespace cajal {

constexpr std::size_t kMostNpyHeaderBytes = 10'000;  // NumPy's own limit

// What the dictionary says, with `name`, `bytes` and the rest of the stream still to be filled in. Throws
// Error(badInput) with what stands there and what to do, also for types that are no numbers.
ArrayStream parseNpyDictionary(std::string_view text, const std::string& name);

// Reads the header; the values follow. Throws Error(badInput) for what is no such array, or promises more
// than `source` can hold.
ArrayStream openNpy(std::unique_ptr<ByteSource> source, const std::string& name);
// A file, plain or gzip.
ArrayStream openNpy(const std::filesystem::path& file);

}  // namespace cajal
