#include "viewer/actions/view_rows.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "engine/base/error.h"

namespace cajal {
namespace {

constexpr std::size_t kMostLayers = 100'000;

template <typename Field>
Setting<ViewSettings> row(SettingWords words, Field field) {
  return setting<ViewSettings>(Applies::nextFrame, words, field);
}

Error wrong(const std::string& what) {
  return Error(ExitCode::usage, what);
}

// The parts of "a,b,c"; empty ones are left out.
std::vector<std::string_view> partsOf(std::string_view text) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    if (comma != 0) parts.push_back(text.substr(0, comma));
    text = comma == text.npos ? std::string_view() : text.substr(comma + 1);
  }
  return parts;
}

// ---- colour maps: one for signed values, one for others ----

std::string printColors(const ViewSettings& view) {
  return fmt::format("{},{}", name(view.signedColors), name(view.unsignedColors));
}

void parseColors(ViewSettings& view, const std::string& text) {
  for (const std::string_view word : partsOf(text)) {
    const std::optional<ColorMap> map = colorMapFromName(word);
    if (!map) {
      std::string choices;
      for (const auto& maps : {signedColorMaps(), unsignedColorMaps()})
        for (const ColorMap known : maps) choices += (choices.empty() ? "" : ", ") + std::string(name(known));
      throw wrong("no such choice; there are " + choices);
    }
    (isSigned(*map) ? view.signedColors : view.unsignedColors) = *map;
  }
}

// ---- folded layers: "2,3" or "2-61" ----

std::string printFolds(const ViewSettings& view) {
  return fmt::format("{}", fmt::join(view.layout.folded, ","));
}

std::size_t parseLayer(std::string_view text) {
  std::size_t layer = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), layer);
  if (error != std::errc() || rest != text.data() + text.size() || layer >= kMostLayers)
    throw wrong("must be layers or ranges of layers, as in 2,3 or 2-61");
  return layer;
}

void parseFolds(ViewSettings& view, const std::string& text) {
  std::set<std::size_t> folded;
  for (const std::string_view part : partsOf(text)) {
    const std::size_t dash = part.find('-');
    const std::size_t first = parseLayer(part.substr(0, dash));
    const std::size_t last = dash == part.npos ? first : parseLayer(part.substr(dash + 1));
    if (first > last) throw wrong("a range goes from the lower to the higher layer");
    for (std::size_t layer = first; layer <= last; ++layer) folded.insert(layer);
  }
  view.layout.folded = std::move(folded);
}

// ---- the selected neuron: "2:17" ----

std::string printSelected(const ViewSettings& view) {
  return view.selected ? fmt::format("{}:{}", view.selected->layer, view.selected->index) : "";
}

void parseSelected(ViewSettings& view, const std::string& text) {
  if (text.empty()) return view.selected.reset();
  NeuronPlace place;
  const char* const end = text.data() + text.size();
  const auto [colon, layerError] = std::from_chars(text.data(), end, place.layer);
  bool isGood = layerError == std::errc() && colon != end && *colon == ':';
  if (isGood) {
    const auto [rest, indexError] = std::from_chars(colon + 1, end, place.index);
    isGood = indexError == std::errc() && rest == end;
  }
  if (!isGood)
    throw wrong("must be LAYER:NEURON, both counted from 0, where layer 0 is the input, as in 2:17");
  view.selected = place;
}

SettingTable<ViewSettings> makeTable() {
  constexpr const char* group = "Picture";
  return {
      row({.key = "edges", .help = "what an edge shows", .group = group, .label = "edges show"},
          &ViewSettings::quantity),
      row({.key = "nodes",
           .help = "what the colour of neurons shows",
           .group = group,
           .label = "neurons show"},
          &ViewSettings::nodes),
      textSetting<ViewSettings>(
          Applies::nextFrame,
          {.key = "colors",
           .help = "colour maps of signed values and of others; both with a comma",
           .group = group,
           .label = "colours",
           .choices =
               "cajal | berlin | managua | vanimo | coolwarm | PuOr, inferno | magma | viridis | cividis"},
          printColors, parseColors),
      row({.key = "layout", .help = "how layers are arranged", .group = group, .isOfOneLane = true},
          [](ViewSettings& view) -> LayoutKind& { return view.layout.kind; }),
      textSetting<ViewSettings>(Applies::nextFrame,
                                {.key = "fold",
                                 .help = "layers drawn as one block each, 0 is the input: 2,3 or 2-61",
                                 .group = group,
                                 .isOfOneLane = true},
                                printFolds, parseFolds),
      row({.key = "theme", .help = "light in the dark, ink on paper, ink on white", .group = group},
          &ViewSettings::theme),
      row({.key = "strength",
           .help = "brightness of edges, 1 is normal",
           .group = group,
           .range = {0.01, 100},
           .slider = {0.05, 20},
           .isLogarithmic = true,
           .format = "%.2f"},
          &ViewSettings::edgeStrength),
      row({.key = "top",
           .help = "only so many edges that lead to each neuron, the strongest; 0: all",
           .group = group,
           .range = {0, kMostEdgesPerNeuron},
           .slider = {0, 100},
           .format = "%d a neuron",
           .zero = "all edges",
           .label = "strongest"},
          &ViewSettings::edgesPerNeuron),
      row({.key = "matrices", .help = "the matrices below the network", .group = group},
          &ViewSettings::showMatrices),
      row({.key = "labels", .help = "names in the picture", .group = group}, &ViewSettings::showLabels),
      row({.key = "pulses", .help = "signals run along the edges", .group = group}, &ViewSettings::pulses),
      row({.key = "tiles",
           .help = "neurons as what they answer to: weights folded back into the image, or the plane of two "
                   "inputs",
           .group = group,
           .tip = "Neurons as what they answer to: their weights as an image, or the plane of two inputs"},
          &ViewSettings::tiles),
      row({.key = "map", .help = "the decision map of a network with two inputs", .group = group},
          &ViewSettings::showMap),
      row({.key = "below",
           .help = "what hangs below the network; a batch has a row an example",
           .group = group},
          &ViewSettings::below),
      row({.key = "course", .help = "how edges run", .group = group}, &ViewSettings::course),
      row({.key = "threshold",
           .help = "share of the range below which an edge is not drawn",
           .group = group,
           .range = {0, 1},
           .format = "%.2f of range"},
          &ViewSettings::edgeThreshold),
      row({.key = "contrast",
           .help = "light is |value|^contrast",
           .group = group,
           .range = {0.5, 4},
           .format = "|v|^%.1f"},
          &ViewSettings::edgeGamma),
      row({.key = "width",
           .help = "of an edge, in pixels",
           .group = group,
           .range = {1, kWidestEdge},
           .slider = {1, 8},
           .format = "%.1f pixels"},
          &ViewSettings::edgeWidth),
      row({.key = "depth-cue",
           .help = "share of their light that the farthest edges lose",
           .group = group,
           .range = {0, 1},
           .format = "%.2f"},
          &ViewSettings::depthCue),
      row({.key = "bloom", .help = "glow of bright edges", .group = group, .range = {0, 1}, .format = "%.2f"},
          &ViewSettings::bloom),
      row({.key = "reduction",
           .help = "what a pixel shows of the weights that it covers, where they are many",
           .group = group,
           .label = "far matrices",
           .tip = "What a pixel shows of the weights that it covers, where they are many"},
          &ViewSettings::reduction),
      row({.key = "one-scale",
           .help = "all layers on one scale of colour, so that they can be compared; else each has its own",
           .group = group,
           .tip = "All layers on one scale of colour, so that they can be compared"},
          &ViewSettings::oneScale),
      row({.key = "sampling",
           .help = "a few points of each edge a frame, or every pixel of every edge",
           .group = group,
           .tip = "Walk every pixel of every edge, instead of a few points a frame"},
          &ViewSettings::sampling),
      row({.key = "part", .help = "where the shown example comes from", .group = group}, &ViewSettings::part),
      row({.key = "example", .help = "example that is shown", .group = group}, &ViewSettings::example),
      textSetting<ViewSettings>(Applies::nextFrame,
                                {.key = "select",
                                 .help = "LAYER:NEURON, only its edges; layer 0 is the input",
                                 .group = group,
                                 .isOfOneLane = true},
                                printSelected, parseSelected),
      row({.key = "matrix",
           .help = "hold the weights that lead to this layer before the eye; 1 is the first",
           .group = group,
           .range = {1, kMostLayers},
           .alias = "hold",
           .isOfOneLane = true},
          &ViewSettings::heldLayer),
      row({.key = "matrix-from",
           .help = "of several weights that lead to the layer of matrix, hold those from this layer",
           .group = group,
           .range = {0, kMostLayers},
           .isOfOneLane = true},
          &ViewSettings::heldFrom),
      row({.key = "health", .help = "measure how well each layer learns", .group = group, .isHidden = true},
          &ViewSettings::watchesHealth),
  };
}

}  // namespace

const SettingTable<ViewSettings>& viewSettings() {
  static const SettingTable<ViewSettings> table = makeTable();
  return table;
}

const SettingTable<Pace>& paceSettings() {
  static const SettingTable<Pace> table = {
      setting<Pace>(Applies::nextFrame,
                    {.key = "fps",
                     .help = "frames a second",
                     .group = "Drawing",
                     .range = {0.1, 1000},
                     .slider = {1, 144},
                     .format = "%.0f",
                     .label = "frames/s"},
                    &Pace::framesPerSecond),
      setting<Pace>(Applies::nextFrame,
                    {.key = "steps-per-frame",
                     .help = "training steps between two frames; 0: as many as fit",
                     .group = "Drawing",
                     .slider = {0, 1000},
                     .isLogarithmic = true,
                     .zero = "as many as fit",
                     .label = "steps/frame"},
                    &Pace::stepsPerFrame),
  };
  return table;
}

void requireDrawable(const ViewSettings& settings, const NetworkFacts& network) {
  const std::vector<ExampleShape>& layers = network.layers;
  const std::size_t last = layers.size() - 1;
  const auto& folded = settings.layout.folded;
  if (!folded.empty() && *folded.rbegin() > last) {
    throw Error(ExitCode::usage,
                fmt::format("--fold {}: the last layer of this network is {}; see cajal --help",
                            *folded.rbegin(), last));
  }
  const auto leadsTo = [](std::size_t layer) {
    return [layer](const ConnectionFacts& facts) {
      return facts.connection.to == layer && facts.connection.tensor;
    };
  };
  const std::vector<ConnectionFacts>& connections = network.connections;
  if (const auto held = settings.heldLayer;
      held && std::none_of(connections.begin(), connections.end(), leadsTo(*held))) {
    throw Error(ExitCode::usage,
                fmt::format("--matrix {}: no weights lead to such a layer; the last one of this "
                            "network is {}; see cajal --help",
                            *held, last));
  }
  if (const auto selected = settings.selected;
      selected && (selected->layer > last || selected->index >= layers[selected->layer].count())) {
    throw Error(ExitCode::usage,
                fmt::format("--select {}:{}: there is no such neuron; layers count from 0, the "
                            "input, to {}; see cajal --help",
                            selected->layer, selected->index, last));
  }
}

}  // namespace cajal
