//===- OutputFilesTest.cpp - Files whole or not at all --------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Driver/OutputFiles.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <gtest/gtest.h>

using namespace llvm;
using namespace resnetc;

namespace {

/// A folder of its own for each test.
class OutputFilesTest : public ::testing::Test {
protected:
  void SetUp() override {
    ASSERT_FALSE(sys::fs::createUniqueDirectory("output-files", folder));
  }
  void TearDown() override { sys::fs::remove_directories(folder); }

  std::string pathOf(StringRef name) const {
    SmallString<128> path(folder);
    sys::path::append(path, name);
    return std::string(path);
  }

  static Error write(OutputFiles &files, const std::string &path,
                     StringRef text) {
    return files.write(path, [&](raw_pwrite_stream &os) {
      os << text;
      return Error::success();
    });
  }

  static std::string contentOf(const std::string &path) {
    auto buffer = MemoryBuffer::getFile(path);
    return buffer ? (*buffer)->getBuffer().str() : "(none)";
  }

  int countFiles() const {
    std::error_code code;
    int count = 0;
    for (sys::fs::directory_iterator it(folder, code), end; it != end && !code;
         it.increment(code))
      ++count;
    return count;
  }

  SmallString<128> folder;
};

} // namespace

TEST_F(OutputFilesTest, AppearTogether) {
  OutputFiles files;
  ASSERT_FALSE(errorToBool(write(files, pathOf("a"), "one")));
  ASSERT_FALSE(errorToBool(write(files, pathOf("b"), "two")));
  EXPECT_EQ(contentOf(pathOf("a")), "(none)");
  EXPECT_EQ(contentOf(pathOf("b")), "(none)");
  ASSERT_FALSE(errorToBool(files.commit()));
  EXPECT_EQ(contentOf(pathOf("a")), "one");
  EXPECT_EQ(contentOf(pathOf("b")), "two");
  EXPECT_EQ(countFiles(), 2);
}

TEST_F(OutputFilesTest, NothingIsLeftWithoutCommit) {
  {
    OutputFiles files;
    ASSERT_FALSE(errorToBool(write(files, pathOf("a"), "one")));
    EXPECT_EQ(countFiles(), 1);
  }
  EXPECT_EQ(countFiles(), 0);
}

TEST_F(OutputFilesTest, AnOldFileStaysUntilCommit) {
  {
    OutputFiles files;
    ASSERT_FALSE(errorToBool(write(files, pathOf("a"), "old")));
    ASSERT_FALSE(errorToBool(files.commit()));
  }
  {
    OutputFiles files;
    ASSERT_FALSE(errorToBool(write(files, pathOf("a"), "new")));
    EXPECT_EQ(contentOf(pathOf("a")), "old");
  }
  EXPECT_EQ(contentOf(pathOf("a")), "old");
  OutputFiles files;
  ASSERT_FALSE(errorToBool(write(files, pathOf("a"), "new")));
  ASSERT_FALSE(errorToBool(files.commit()));
  EXPECT_EQ(contentOf(pathOf("a")), "new");
}

TEST_F(OutputFilesTest, AWriterMayFail) {
  OutputFiles files;
  Error error = files.write(pathOf("a"), [](raw_pwrite_stream &os) {
    os << "half";
    return createStringError("no more");
  });
  EXPECT_EQ(toString(std::move(error)), "no more");
  EXPECT_EQ(contentOf(pathOf("a")), "(none)");
}

TEST_F(OutputFilesTest, OtherProgramsWriteUnderTheNameOfCreate) {
  OutputFiles files;
  Expected<std::string> name = files.create(pathOf("a"));
  ASSERT_TRUE(static_cast<bool>(name));
  std::error_code code;
  raw_fd_ostream(*name, code) << "theirs";
  ASSERT_FALSE(code);
  ASSERT_FALSE(errorToBool(files.commit()));
  EXPECT_EQ(contentOf(pathOf("a")), "theirs");
  EXPECT_EQ(countFiles(), 1);
}

TEST_F(OutputFilesTest, ErrorsNameThePath) {
  OutputFiles files;
  std::string missing = pathOf("missing/a");
  std::string error = toString(write(files, missing, ""));
  EXPECT_NE(error.find(missing), std::string::npos) << error;
  error = toString(write(files, std::string(folder), ""));
  EXPECT_NE(error.find("is a directory"), std::string::npos) << error;
  EXPECT_EQ(countFiles(), 0);
}
