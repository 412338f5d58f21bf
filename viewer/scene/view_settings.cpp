#include "viewer/scene/view_settings.h"

namespace cajal {

std::span<const KindName> namesOf(Quantity) {
  static constexpr KindName kNames[] = {{"contribution", "contribution w·a"},
                                        {"weight", "weight"},
                                        {"gradient", "gradient"},
                                        {"momentum", "momentum m"},
                                        {"second-moment", "second moment v"},
                                        {"last-update", "last update"}};
  return kNames;
}

std::span<const KindName> namesOf(EdgeSampling) {
  static constexpr KindName kNames[] = {{"sampled", "sampled"}, {"exact", "exact"}};
  return kNames;
}

std::span<const KindName> namesOf(Reduction) {
  static constexpr KindName kNames[] = {
      {"strongest", "strongest"}, {"mean", "mean"}, {"rms", "root mean square"}};
  return kNames;
}

std::span<const KindName> namesOf(EdgeCourse) {
  static constexpr KindName kNames[] = {
      {"curved", "curved"}, {"straight", "straight"}, {"bundled", "bundled"}};
  return kNames;
}

std::span<const KindName> namesOf(NodeQuantity) {
  static constexpr KindName kNames[] = {{"activation", "activation"},
                                        {"bias", "bias"},
                                        {"gradient", "gradient of the bias"},
                                        {"state", "dead or saturated"}};
  return kNames;
}

std::span<const KindName> namesOf(BelowShow) {
  static constexpr KindName kNames[] = {{"weights", "weights"}, {"batch", "activations of many"}};
  return kNames;
}

std::span<const KindName> namesOf(Theme) {
  static constexpr KindName kNames[] = {{"dark", "dark"}, {"light", "light"}, {"print", "print"}};
  return kNames;
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
