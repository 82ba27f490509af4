//===- Progress.cpp - How training gets on --------------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Train/Progress.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>

using namespace llvm;
using namespace resnetc::train;

std::string resnetc::train::formatDuration(double seconds) {
  constexpr int64_t minute = 60;
  constexpr int64_t hour = 60 * minute;
  auto whole = static_cast<int64_t>(std::llround(seconds));
  if (whole < minute)
    return formatv("{0} s", whole);
  if (whole < hour)
    return formatv("{0} min {1} s", whole / minute, whole % minute);
  return formatv("{0} h {1} min", whole / hour, whole % hour / minute);
}

std::string resnetc::train::formatScore(const Score &score) {
  return formatv("loss {0:F4}, accuracy {1:F2} %", score.loss,
                 100 * score.accuracy);
}

Progress::Progress(raw_ostream &os, bool isTerminal)
    : os(os), isTerminal(isTerminal), last(Clock::now()) {}

void Progress::show(const Now &now) {
  constexpr double terminalPeriod = 0.2;
  constexpr double linePeriod = 60;
  Clock::time_point time = Clock::now();
  if (std::chrono::duration<double>(time - last).count() <
      (isTerminal ? terminalPeriod : linePeriod))
    return;
  last = time;
  std::string line = formatv("epoch {0}/{1}: ", now.epoch, now.epochs);
  if (isTerminal) {
    constexpr int64_t width = 20;
    int64_t done = now.step * width / std::max<int64_t>(now.steps, 1);
    line += "[" + std::string(done, '#') + std::string(width - done, '-') + "]";
  } else {
    line += formatv("step {0}/{1}:", now.step, now.steps);
  }
  line += formatv(" {0}, {1:F0} images/s, {2} left", formatScore(now.score),
                  now.speed, formatDuration(now.secondsLeft));
  if (!isTerminal) {
    os << line << "\n";
  } else {
    // To the line's start, and what was there before is erased.
    os << "\r" << line << "\x1b[K";
    isShown = true;
  }
  os.flush();
}

void Progress::print(const Twine &line) {
  clear();
  os << line << "\n";
  os.flush();
}

void Progress::clear() {
  if (!isShown)
    return;
  os << "\r\x1b[K";
  os.flush();
  isShown = false;
}
