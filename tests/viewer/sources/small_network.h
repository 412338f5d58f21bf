#pragma once
// A small network as things to draw.

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "compute/core/backend.h"
#include "compute/layers/layer_spec.h"
#include "compute/training/network.h"
#include "tests/engine/render/renderer_fixture.h"
#include "viewer/scene/network_scene.h"

namespace cajal::test {

inline constexpr VkExtent2D kSceneSize{320, 180};

// A small network, 4-3-2 if nothing else is said, whose numbers are a formula's: nothing is trained, so the
// picture is the same everywhere.
class SmallNetwork {
 public:
  SmallNetwork(const Device& device, std::size_t imageRows, std::size_t imageColumns,
               const NetworkSpec& spec = denseNetwork({4, 3, 2}))
      : m_backend(makeCpuBackend(1)),
        m_network(NetworkDescription{.spec = spec}, *m_backend, {}),
        m_parameters(fill(device, ArenaKind::parameters)),
        m_activations(fill(device, ArenaKind::activations)),
        m_scene(device, m_network.tensors(),
                layOut(factsOf(m_network.tensors(), m_network.connections(), imageRows, imageColumns,
                               spec.layers))) {}

  Publication publication() const {
    Publication publication;
    publication.arenas[static_cast<std::size_t>(ArenaKind::parameters)] = wholeOf(m_parameters);
    publication.arenas[static_cast<std::size_t>(ArenaKind::activations)] = wholeOf(m_activations);
    return publication;
  }
  const Network& network() const { return m_network; }
  const TensorView& tensor(const std::string& name) const {
    for (const TensorView& view : m_network.tensors()) {
      if (view.name == name) return view;
    }
    throw std::runtime_error(name);
  }
  // Every pixel of every edge, from where `seen` is seen well.
  Picture draw(const Device& device, const NetworkLayout& seen) const {
    ViewSettings settings;
    settings.sampling = EdgeSampling::exact;
    RenderScene drawn = render(settings);
    look(drawn, seen, static_cast<float>(kSceneSize.width) / kSceneSize.height);
    return Easel(device, kSceneSize).draw(drawn, 16);
  }
  RenderScene render(const ViewSettings& settings) const {
    RenderScene scene;
    scene.groups = {m_scene.group(publication(), settings)};
    scene.tone = toneOf(settings);
    return scene;
  }
  const NetworkScene& scene() const { return m_scene; }
  void changeTo(NetworkLayout layout, double seconds = 1) {
    m_scene.changeTo(std::move(layout));
    m_scene.advance(seconds);
  }
  void advance(double seconds) { m_scene.advance(seconds); }
  // Seen as the program sees it first.
  static void look(RenderScene& scene, const NetworkLayout& layout, float aspect) {
    const Camera camera = framePoints(framingPoints(layout), layout.seenFrom, aspect, 0.62f, 0.9f);
    scene.view.view = camera.view();
    scene.view.viewProjection = camera.projection(aspect) * camera.view();
    scene.view.cameraPosition = camera.position;
  }

 private:
  Buffer fill(const Device& device, ArenaKind kind) const {
    Buffer buffer(device, m_network.arenaFloats(kind) * sizeof(float),
                  VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_TRANSFER_SRC_BIT, MemoryUse::mapped,
                  "arena");
    int i = 0;
    for (float& value : buffer.elements<float>())
      value = kind == ArenaKind::activations ? static_cast<float>(i++ % 5) / 4
                                             : static_cast<float>(i++ % 7) / 3 - 1;
    return buffer;
  }

  std::unique_ptr<Backend> m_backend;
  Network m_network;
  Buffer m_parameters, m_activations;
  NetworkScene m_scene;
};

}  // namespace cajal::test
