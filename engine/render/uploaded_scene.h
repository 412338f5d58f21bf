#pragma once
// A scene where the shaders find it.

#include <vector>

#include "engine/render/scene.h"
#include "engine/vulkan/frame_upload.h"

namespace cajal {

// What of a group lives on the device from frame to frame, or is scratch memory of one frame.
struct GroupMemory {
  BufferRange ranges;     // a gpu::Range a request; an end of zero means "not known yet"
  BufferRange projected;  // a vec4 a node: clip space
  BufferRange cutoffs;    // a float a target of every bundle that keeps its strongest edges alone
};

struct UploadedGroup {
  GroupFrame frame;
  GroupMemory memory;
  BufferRange view, planes, requests, colors, states, outlines;  // in the frame's upload memory
};

struct UploadedScene {
  BufferRange view, tone;  // gpu::View of the world, gpu::ToneStyle
  BufferRange bundles;     // of all groups, by their number
  std::vector<UploadedGroup> groups;
};

// Something must be bound where no plane reads looks.
inline const BufferRange& looksOf(const RenderGroup& group) {
  return group.looks.buffer == VK_NULL_HANDLE ? group.activations : group.looks;
}

// `memory` is one a group.
UploadedScene upload(FrameUpload& upload, const RenderScene& scene, const std::vector<GroupFrame>& frames,
                     const std::vector<GroupMemory>& memory);

}  // namespace cajal
