// Where the sources of an edge bundle stand, and the values of its edges.
#ifndef CAJAL_EDGE_WINDOW_GLSL
#define CAJAL_EDGE_WINDOW_GLSL

// Nodes, or activations, from the first source.
uint sourceOffset(EdgeWindow window, uint target, uint source) {
  if (window.run == 0) return source;
  const uint inRow = window.run * window.runs;
  const uint row = source / inRow, column = source - row * inRow;
  const uint run = column / window.run;
  const uint group = window.targetsAGroup == 0 ? 0 : target / window.targetsAGroup;
  return row * window.nextRow + run * window.nextRun + (column - run * window.run) + group * window.run;
}

// Floats from the first value of the target.
uint valueOffset(EdgeWindow window, uint source) {
  if (window.run == 0) return source;
  const uint inRow = window.run * window.runs;
  const uint row = source / inRow;
  return row * window.nextValueRow + (source - row * inRow);
}

#endif
