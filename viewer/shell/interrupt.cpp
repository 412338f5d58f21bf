#include "viewer/shell/interrupt.h"

#include <signal.h>
#include <unistd.h>

#include <initializer_list>

namespace cajal {
namespace {

volatile sig_atomic_t g_signal = 0;  // the one thing a handler may write; everything else has an owner

void note(int signal) {
  if (g_signal != 0) _exit(128 + signal);
  g_signal = signal;
}

}  // namespace

void listenForInterrupts() {
  struct sigaction action = {};
  action.sa_handler = note;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaction(signal, &action, nullptr);
}

bool isInterrupted() {
  return g_signal != 0;
}

}  // namespace cajal
