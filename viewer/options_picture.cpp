// Options, continued: how the picture looks. What the panel's sliders are, for films and for scripts.
#include <CLI/CLI.hpp>
#include <charconv>

#include "viewer/option_words.h"

namespace cajal::options {
namespace {

template <typename Kind, std::size_t n>
Kind chooseNamed(const std::string& word, const Kind (&kinds)[n], Kind otherwise, const char* flag) {
  std::string choices;
  for (const Kind kind : kinds) choices += (choices.empty() ? "" : ", ") + std::string(name(kind));
  const auto find = [&](const std::string& wanted) -> std::optional<Kind> {
    for (const Kind kind : kinds) {
      if (name(kind) == wanted) return kind;
    }
    return std::nullopt;
  };
  return choose(word, otherwise, flag, choices.c_str(), find);
}

// "2:17": layer 2, neuron 17.
NeuronPlace parseNeuron(const std::string& text) {
  NeuronPlace place;
  const char* const end = text.data() + text.size();
  const auto [colon, layerError] = std::from_chars(text.data(), end, place.layer);
  bool good = layerError == std::errc() && colon != end && *colon == ':';
  if (good) {
    const auto [rest, indexError] = std::from_chars(colon + 1, end, place.index);
    good = indexError == std::errc() && rest == end;
  }
  if (!good) {
    throw usage(fmt::format(
        "--select {}: must be LAYER:NEURON, both counted from 0, where layer 0 is the input, as in 2:17",
        text));
  }
  return place;
}

}  // namespace

void addPictureFlags(CLI::App& app, Words& words) {
  const auto add = [&app](const char* flag, auto& value, const char* what) {
    app.add_option(flag, value, what)->group("Picture");
  };
  add("--theme", words.theme, "dark | light | print: light in the dark, ink on paper, ink on white");
  add("--nodes", words.nodes, "activation | bias | gradient | state: what the colour of neurons shows");
  add("--course", words.course, "curved | straight | bundled: how edges run");
  add("--top", words.edgesPerNeuron, "only so many edges that lead to each neuron, the strongest; 0: all");
  add("--select", words.selected, "LAYER:NEURON, only its edges; layer 0 is the input");
  add("--matrix", words.heldLayer, "hold the weights that lead to this layer before the eye; 1 is the first");
  add("--strength", words.strength, "brightness of edges, 1 is normal");
  add("--threshold", words.threshold, "share of the range below which an edge is not drawn, 0 to 1");
  add("--contrast", words.contrast, "light is |value|^contrast, 0.5 to 4");
  add("--width", words.width, "of an edge, in pixels");
  add("--depth-cue", words.depthCue, "share of their light that the farthest edges lose, 0 to 1");
  add("--bloom", words.bloom, "glow of bright edges, 0 to 1");
  app.add_flag("--one-scale", words.oneScale, "all layers on one scale of colour; else each has its own")
      ->group("Picture");
  app.add_flag("--pulses", words.pulses, "signals run along the edges")->group("Picture");
  app.add_flag(
         "--tiles", words.tiles,
         "neurons as what they answer to: weights folded back into the image, or the plane of two inputs")
      ->group("Picture");
  add("--below", words.below, "weights | batch: what hangs below the network; a batch has a row an example");
  app.add_flag("--no-map", words.noMap, "without the decision map of a network with two inputs")
      ->group("Picture");
  app.add_flag("--no-matrices", words.noMatrices, "without the matrices below the network")->group("Picture");
  app.add_flag("--no-labels", words.noLabels, "without names in the picture")->group("Picture");
}

void understandPicture(const Words& words, Options& options) {
  ViewSettings& view = options.view;
  view.theme = chooseNamed(words.theme, kThemes, view.theme, "--theme");
  view.nodes = chooseNamed(words.nodes, kNodeQuantities, view.nodes, "--nodes");
  view.course = chooseNamed(words.course, kCourses, view.course, "--course");
  view.edgesPerNeuron = static_cast<std::uint32_t>(
      std::min<std::int64_t>(atLeast(words.edgesPerNeuron, 0, "--top"), kMostEdgesPerNeuron));
  if (!words.selected.empty()) view.selected = parseNeuron(words.selected);
  if (words.heldLayer) view.heldLayer = static_cast<std::size_t>(atLeast(*words.heldLayer, 1, "--matrix"));
  view.edgeStrength = static_cast<float>(inRange(words.strength, 0.01, 100, "--strength"));
  view.edgeThreshold = static_cast<float>(inRange(words.threshold, 0, 1, "--threshold"));
  view.edgeGamma = static_cast<float>(inRange(words.contrast, 0.5, 4, "--contrast"));
  view.edgeWidth = static_cast<float>(inRange(words.width, 1, kWidestEdge, "--width"));
  view.depthCue = static_cast<float>(inRange(words.depthCue, 0, 1, "--depth-cue"));
  view.bloom = static_cast<float>(inRange(words.bloom, 0, 1, "--bloom"));
  view.pulses = words.pulses;
  view.oneScale = words.oneScale;
  view.tiles = words.tiles;
  view.below = chooseNamed(words.below, kBelow, view.below, "--below");
  view.showMap = !words.noMap;
  view.showMatrices = !words.noMatrices;
  view.showLabels = !words.noLabels;
}

}  // namespace cajal::options
