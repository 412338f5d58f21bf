#pragma once
// Who has which core where training and drawing share them: on a software device.

namespace cajal {

class Steering;

// Threads of training while a picture is drawn, which takes one core.
int threadsBesideDrawing();

// Sleeps until the next picture is due. Training has all cores meanwhile; its steps are the same bit for bit.
void lendCores(Steering& steering, double seconds);

}  // namespace cajal
