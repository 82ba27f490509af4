//===- HistoryTest.cpp - What was measured after each epoch ---------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Train/History.h"
#include "resnetc/Train/Progress.h"
#include "gtest/gtest.h"

using namespace llvm;
using namespace resnetc::train;

namespace {

std::vector<EpochRecord> makeHistory(int64_t epochs, bool validated) {
  std::vector<EpochRecord> history;
  for (int64_t i = 1; i <= epochs; ++i) {
    EpochRecord record;
    record.epoch = i;
    record.training = {2.0 / static_cast<double>(i),
                       1 - 0.5 / static_cast<double>(i)};
    if (validated)
      record.validation = {2.5 / static_cast<double>(i), 0.25};
    record.rate = 0.1;
    record.seconds = 1.5 * static_cast<double>(i);
    history.push_back(record);
  }
  return history;
}

TEST(History, CSV) {
  std::string text;
  raw_string_ostream os(text);
  std::vector<EpochRecord> history = makeHistory(2, true);
  history[1].validation.reset();
  writeCSV(history, os);
  EXPECT_EQ(text, "epoch,loss,accuracy,validation_loss,validation_accuracy,"
                  "learning_rate,seconds\n"
                  "1,2,0.5,2.5,0.25,0.1,1.500\n"
                  "2,1,0.75,,,0.1,3.000\n");
}

TEST(History, Curve) {
  std::string text;
  raw_string_ostream os(text);
  writeCurve(makeHistory(30, true), "a < b & \"c\" \xff", os);
  EXPECT_NE(text.find("a &lt; b &amp; \"c\" \xef\xbf\xbd"), std::string::npos);
  EXPECT_NE(text.find(">validation</text>"), std::string::npos);
  EXPECT_NE(text.find(">learning rate</text>"), std::string::npos);
  EXPECT_EQ(text.find("nan"), std::string::npos);
  // Without validation there is nothing to tell apart.
  text.clear();
  writeCurve(makeHistory(30, false), "net", os);
  EXPECT_EQ(text.find(">validation</text>"), std::string::npos);
}

TEST(History, CurveOfOneEpoch) {
  for (int64_t epochs : {1, 2}) {
    std::string text;
    raw_string_ostream os(text);
    std::vector<EpochRecord> history = makeHistory(epochs, true);
    for (EpochRecord &record : history) {
      record.training = {};
      record.rate = 0;
    }
    writeCurve(history, "net", os);
    EXPECT_EQ(text.find("nan"), std::string::npos);
    EXPECT_EQ(text.find("inf"), std::string::npos);
    EXPECT_EQ(text.find("<circle") != std::string::npos, epochs == 1);
  }
}

TEST(Progress, Durations) {
  EXPECT_EQ(formatDuration(4.4), "4 s");
  EXPECT_EQ(formatDuration(59.7), "1 min 0 s");
  EXPECT_EQ(formatDuration(185), "3 min 5 s");
  EXPECT_EQ(formatDuration(7830), "2 h 10 min");
}

TEST(Progress, TerminalLineIsTakenAway) {
  std::string text;
  raw_string_ostream os(text);
  {
    Progress progress(os, /*isTerminal=*/true);
    progress.print("first");
    EXPECT_EQ(text, "first\n");
  }
  EXPECT_EQ(text, "first\n");
}

} // namespace
