#pragma once
// What the activations of many inputs show: how a layer answers to a batch, which neurons do not work, and,
// of a network with two inputs, what each neuron makes of the plane.

#include <optional>
#include <vector>

#include "compute/training/steering/snapshot.h"
#include "engine/render/scene.h"
#include "viewer/layout/network_layout.h"
#include "viewer/scene/view_settings.h"
#include "viewer/sources/source.h"

namespace cajal {

// A rectangle in the world, seen as layers of pictures are.
struct MapPlace {
  glm::vec3 origin{0.0f}, across{0.0f}, down{0.0f};
};

class LooksScene {
 public:
  // `activations` by layer, the head's for the last one.
  LooksScene(const std::vector<TensorView>& tensors, std::vector<Activation> activations);

  bool hasPlane() const { return m_inputs == 2; }
  // What must be looked at for these settings.
  Looks wanted(const ViewSettings& settings) const;
  // Adds states, and planes with their ranges, to what NetworkScene has made of the same publication.
  void addTo(RenderGroup& group, const NetworkLayout& layout, const Publication& publication,
             const ViewSettings& settings) const;
  // Where the map of the outputs over the plane hangs: before the inputs. Nothing where there is none.
  std::optional<MapPlace> map(const NetworkLayout& layout) const;

 private:
  struct Block {
    std::size_t offset = 0, neurons = 0;  // floats into the arena; floats a row
  };

  bool hasProbabilities() const;
  bool showsTiles(const NetworkLayout& layout, std::size_t layer, const ViewSettings& settings) const;
  void addStates(RenderGroup& group, const NetworkLayout& layout, const LookFacts& looks) const;
  void addTiles(RenderGroup& group, const NetworkLayout& layout, const LookFacts& looks,
                const ViewSettings& settings) const;
  void addBatches(RenderGroup& group, const NetworkLayout& layout, const LookFacts& looks) const;
  void addMap(RenderGroup& group, const NetworkLayout& layout, const LookFacts& looks) const;
  gpu::Plane plane(const LookFacts& looks, std::size_t layer, std::size_t neuron) const;
  gpu::uint weightRange(RenderGroup& group, const LayerLayout& layer, const LayerLayout& input) const;
  gpu::uint rangeOf(RenderGroup& group, const LookFacts& looks, std::size_t layer) const;

  std::size_t m_inputs = 0;
  std::vector<Block> m_blocks;         // by layer
  std::vector<std::size_t> m_weights;  // floats into the parameters, by layer; of those with a dense weight
  std::vector<Activation> m_activations;
};

}  // namespace cajal
