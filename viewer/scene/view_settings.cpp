#include "viewer/scene/view_settings.h"

namespace cajal {

std::string_view displayName(Quantity quantity) {
  switch (quantity) {
    case Quantity::contribution: return "contribution w·a";
    case Quantity::weight: return "weight";
    case Quantity::gradient: return "gradient";
    case Quantity::firstMoment: return "momentum m";
    case Quantity::secondMoment: return "second moment v";
    case Quantity::change: return "last update";
  }
  return "";
}

std::string_view name(Quantity quantity) {
  switch (quantity) {
    case Quantity::contribution: return "contribution";
    case Quantity::weight: return "weight";
    case Quantity::gradient: return "gradient";
    case Quantity::firstMoment: return "momentum";
    case Quantity::secondMoment: return "second-moment";
    case Quantity::change: return "last-update";
  }
  return "";
}

std::string_view displayName(Reduction reduction) {
  return reduction == Reduction::rms ? "root mean square" : name(reduction);
}

std::string_view name(Reduction reduction) {
  switch (reduction) {
    case Reduction::strongest: return "strongest";
    case Reduction::mean: return "mean";
    case Reduction::rms: return "rms";
  }
  return "";
}

ArenaKind arenaOf(Quantity quantity) {
  switch (quantity) {
    case Quantity::gradient: return ArenaKind::gradients;
    case Quantity::firstMoment: return ArenaKind::firstMoments;
    case Quantity::secondMoment: return ArenaKind::secondMoments;
    case Quantity::change: return ArenaKind::changes;
    default: return ArenaKind::parameters;
  }
}

ViewRequest viewRequest(const ViewSettings& settings) {
  std::uint32_t arenas = arenaBit(arenaOf(settings.quantity)) | arenaBit(ArenaKind::activations);
  if (settings.watchesNumbers) arenas |= arenaBit(ArenaKind::parameters);
  return {settings.part, settings.example, arenas, settings.watchesHealth};
}

ColorMap colorMapOf(const ViewSettings& settings) {
  return isSigned(settings.quantity) ? settings.signedColors : settings.unsignedColors;
}

}  // namespace cajal
