/**
 * C++ that is force-included when TensorFlow.js's Node-API addon is compiled.
 *
 * 1. Session options: the addon passes none, so `TF_NewSessionOptions` is replaced by one that reads a serialised
 *    `ConfigProto` (in hexadecimal) from `SMOL_TF_SESSION_CONFIG`.
 * 2. Memory: glibc reads its `MALLOC_*` variables at the start of the process, too early for us to set; the same is set
 *    here when the addon is loaded. Few arenas, so that freed memory does not stay in each thread's own; and blocks up to
 *    glibc's largest threshold (32 MB) come from those arenas and are kept, since the matrix products ask for the same
 *    packing buffers again and again: returning them to the system cost 9% of a 1.3M model's step in page faults.
 */
export const ADDON_PRELUDE = `#include <cstdio>
#include <cstdlib>
#include <malloc.h>
#include <string>
#include "tensorflow/c/c_api.h"

static inline TF_SessionOptions *smol_session_options() {
  TF_SessionOptions *options = TF_NewSessionOptions();
  const char *hex = std::getenv("SMOL_TF_SESSION_CONFIG");
  if (hex == nullptr) return options;
  std::string bytes;
  for (const char *at = hex; at[0] && at[1]; at += 2) {
    bytes.push_back(static_cast<char>(std::strtol(std::string(at, 2).c_str(), nullptr, 16)));
  }
  TF_Status *status = TF_NewStatus();
  TF_SetConfig(options, bytes.data(), bytes.size(), status);
  if (TF_GetCode(status) != TF_OK) std::fprintf(stderr, "SMOL_TF_SESSION_CONFIG: %s\\n", TF_Message(status));
  TF_DeleteStatus(status);
  return options;
}
#define TF_NewSessionOptions smol_session_options

__attribute__((constructor)) static void smol_limit_malloc() {
  if (std::getenv("MALLOC_ARENA_MAX") == nullptr) mallopt(M_ARENA_MAX, 2);
  if (std::getenv("MALLOC_MMAP_THRESHOLD_") == nullptr) mallopt(M_MMAP_THRESHOLD, 32 << 20);
  if (std::getenv("MALLOC_TRIM_THRESHOLD_") == nullptr) mallopt(M_TRIM_THRESHOLD, 256 << 20);
}
`;
