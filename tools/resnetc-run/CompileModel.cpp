//===- CompileModel.cpp - Compiling an ONNX file to run it ----------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CompileModel.h"
#include "Error.h"

#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace resnetc::run;

extern char **environ;

/// Of the program `Name` in the directory of this one.
static std::string siblingPath(const char *Name) {
  char Self[PATH_MAX];
  ssize_t Size = readlink("/proc/self/exe", Self, sizeof(Self));
  if (Size <= 0)
    fatal("cannot find this program: %s", std::strerror(errno));
  std::string Path(Self, static_cast<size_t>(Size));
  return Path.substr(0, Path.rfind('/') + 1) + Name;
}

static std::string makeTemporaryDirectory() {
  const char *Root = std::getenv("TMPDIR");
  std::string Template = Root && *Root ? Root : "/tmp";
  Template += "/resnetc-run-XXXXXX";
  if (!mkdtemp(&Template[0]))
    fatal("%s: %s", Template.c_str(), std::strerror(errno));
  return Template;
}

/// Waits like system(3): an interrupt from the keyboard is for the child, whose
/// end is then handled here.
static int wait(pid_t Child) {
  struct sigaction Ignore = {};
  struct sigaction SavedInterrupt;
  struct sigaction SavedQuit;
  Ignore.sa_handler = SIG_IGN;
  sigaction(SIGINT, &Ignore, &SavedInterrupt);
  sigaction(SIGQUIT, &Ignore, &SavedQuit);
  int Status = 0;
  while (waitpid(Child, &Status, 0) < 0 && errno == EINTR) {
  }
  sigaction(SIGINT, &SavedInterrupt, nullptr);
  sigaction(SIGQUIT, &SavedQuit, nullptr);
  return Status;
}

/// The one whose files are to be deleted however this program exits: fatal
/// errors unwind nothing.
static CompiledModel *Live;

CompiledModel::CompiledModel(const std::string &OnnxPath) {
  std::string Compiler = siblingPath("resnetc");
  if (access(Compiler.c_str(), X_OK) != 0)
    fatal("%s: needed to compile %s: %s", Compiler.c_str(), OnnxPath.c_str(),
          std::strerror(errno));
  // A path that starts with a dash would be an option.
  std::string Model = OnnxPath[0] == '-' ? "./" + OnnxPath : OnnxPath;
  Directory = makeTemporaryDirectory();
  Path = Directory + "/model.so";
  Live = this;
  std::atexit([] {
    if (Live)
      Live->remove();
  });

  const char *Arguments[] = {Compiler.c_str(), Model.c_str(), "-o",
                             Path.c_str(), nullptr};
  posix_spawn_file_actions_t Actions;
  posix_spawn_file_actions_init(&Actions);
  // stdout is for results.
  posix_spawn_file_actions_adddup2(&Actions, STDERR_FILENO, STDOUT_FILENO);
  pid_t Child;
  int Error = posix_spawn(&Child, Compiler.c_str(), &Actions, nullptr,
                          const_cast<char **>(Arguments), environ);
  posix_spawn_file_actions_destroy(&Actions);
  if (Error != 0)
    fatal("%s: %s", Compiler.c_str(), std::strerror(Error));
  int Status = wait(Child);
  if (WIFEXITED(Status) && WEXITSTATUS(Status) == 0)
    return;
  if (WIFEXITED(Status))
    std::exit(WEXITSTATUS(Status));
  fatal("%s: ended by signal %d", Compiler.c_str(), WTERMSIG(Status));
}

void CompiledModel::remove() {
  Live = nullptr;
  unlink(Path.c_str());
  unlink((Directory + "/model.h").c_str());
  rmdir(Directory.c_str());
}
