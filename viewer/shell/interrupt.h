#pragma once
// Ctrl-C: once, everything is finished and kept; twice, at once.

namespace cajal {

// From now on SIGINT, SIGTERM and SIGHUP are only noted; a second one ends the process with 128 + signal.
void listenForInterrupts();
bool isInterrupted();

}  // namespace cajal
