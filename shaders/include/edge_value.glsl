// The value of an edge. Included behind the buffers that it reads: values[] and activations[].
#ifndef CAJAL_EDGE_VALUE_GLSL
#define CAJAL_EDGE_VALUE_GLSL

// `from`: sourceOffset() of the edge.
float edgeValue(EdgeBundle bundle, uint target, uint source, uint from) {
  float value = 1.0;  // of an identity
  if (bundle.firstValue != kNone)
    value = values[bundle.firstValue + target * bundle.stride + valueOffset(bundle.window, source)];
  return bundle.firstActivation == kNone ? value : value * activations[bundle.firstActivation + from];
}

#endif
