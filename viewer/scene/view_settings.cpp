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

std::string_view name(EdgeCourse course) {
  switch (course) {
    case EdgeCourse::curved: return "curved";
    case EdgeCourse::straight: return "straight";
    case EdgeCourse::bundled: return "bundled";
  }
  return "";
}

std::string_view name(NodeQuantity nodes) {
  switch (nodes) {
    case NodeQuantity::activation: return "activation";
    case NodeQuantity::bias: return "bias";
    case NodeQuantity::gradient: return "gradient";
    case NodeQuantity::state: return "state";
  }
  return "";
}

std::string_view displayName(NodeQuantity nodes) {
  switch (nodes) {
    case NodeQuantity::activation: return "activation";
    case NodeQuantity::bias: return "bias";
    case NodeQuantity::gradient: return "gradient of the bias";
    case NodeQuantity::state: return "dead or saturated";
  }
  return "";
}

std::string_view name(BelowShow below) {
  return below == BelowShow::weights ? "weights" : "batch";
}

std::string_view displayName(BelowShow below) {
  return below == BelowShow::weights ? "weights" : "activations of many";
}

std::string_view name(Theme theme) {
  switch (theme) {
    case Theme::dark: return "dark";
    case Theme::light: return "light";
    case Theme::print: return "print";
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

ArenaKind arenaOf(NodeQuantity nodes) {
  switch (nodes) {
    case NodeQuantity::bias: return ArenaKind::parameters;
    case NodeQuantity::gradient: return ArenaKind::gradients;
    default: return ArenaKind::activations;
  }
}

ViewRequest viewRequest(const ViewSettings& settings, Looks looks) {
  std::uint32_t arenas = arenaBit(arenaOf(settings.quantity)) | arenaBit(ArenaKind::activations);
  arenas |= arenaBit(arenaOf(settings.nodes));
  if (settings.watchesNumbers) arenas |= arenaBit(ArenaKind::parameters);
  if (looks != Looks::none) arenas |= arenaBit(ArenaKind::looks);
  return {settings.part, settings.example, arenas, settings.watchesHealth, looks};
}

ColorMap colorMapOf(const ViewSettings& settings) {
  return isSigned(settings.quantity) ? settings.signedColors : settings.unsignedColors;
}

}  // namespace cajal
