#include "engine/render/uploaded_scene.h"

#include "engine/render/plane_outlines.h"

namespace cajal {

UploadedScene upload(FrameUpload& upload, const RenderScene& scene, const std::vector<GroupFrame>& frames,
                     const std::vector<GroupMemory>& memory) {
  std::vector<gpu::EdgeBundle> bundles;
  for (const GroupFrame& frame : frames)
    bundles.insert(bundles.end(), frame.group.bundles.begin(), frame.group.bundles.end());
  UploadedScene uploaded{upload.writeOne(scene.view), upload.writeOne(scene.tone), upload.write(bundles), {}};
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const RenderGroup& group = frames[i].group;
    uploaded.groups.push_back({frames[i], memory[i], upload.writeOne(frames[i].view),
                               upload.write(group.planes), upload.write(group.ranges.requests()),
                               upload.writeOne(group.colors), upload.write(group.states),
                               upload.write(outlinesOf(group.planes, frames[i].view))});
  }
  return uploaded;
}

}  // namespace cajal
