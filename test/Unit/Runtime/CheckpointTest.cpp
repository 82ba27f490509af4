//===- CheckpointTest.cpp - What is learned, through files ----------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Runtime/Checkpoint.h"
#include "ToyTrainer.h"

#include "gtest/gtest.h"

#include <cmath>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sys/resource.h>

using namespace resnetc::test;
namespace fs = std::filesystem;

namespace {

class CheckpointTest : public testing::Test {
protected:
  ToyTrainer Toy;
  ToyTraining Kept{Toy};
  fs::path Folder =
      fs::path(testing::TempDir()) /
      ("resnetc-" + std::to_string(getpid()) + "-" +
       testing::UnitTest::GetInstance()->current_test_info()->name());
  std::string Path = Folder / "net.ckpt";

  void SetUp() override {
    fs::remove_all(Folder);
    fs::create_directory(Folder);
    resnetc_rt_initialize(&Toy.Trainer, &Kept.Training);
    for (float &Value : Kept.State)
      Value = 0.125f;
    Kept.Parameters[0] = std::nanf("");
    Kept.Parameters[1] = -0.0f;
  }
  void TearDown() override { fs::remove_all(Folder); }

  int save() {
    return resnetc_rt_save(&Toy.Trainer, Path.c_str(), &Kept.Training);
  }
  int load(ToyTraining &Into) {
    return resnetc_rt_load(&Toy.Trainer, Path.c_str(), &Into.Training);
  }
  std::string read() {
    std::ifstream File(Path, std::ios::binary);
    return {std::istreambuf_iterator<char>(File), {}};
  }
  void write(const std::string &Bytes) {
    std::ofstream(Path, std::ios::binary) << Bytes;
  }
  /// Loads what is no checkpoint of this network: nothing may change.
  int loadWrong() {
    ToyTraining Other(Toy), Before(Toy);
    int Status = load(Other);
    EXPECT_TRUE(Other == Before) << "status " << Status;
    return Status;
  }
  size_t files() { return std::distance(fs::directory_iterator(Folder), {}); }
};

TEST_F(CheckpointTest, RoundTrip) {
  ASSERT_EQ(save(), RESNETC_OK);
  EXPECT_EQ(files(), 1u);
  ToyTraining Other(Toy);
  ASSERT_EQ(load(Other), RESNETC_OK);
  EXPECT_EQ(std::memcmp(Other.Parameters.data(), Kept.Parameters.data(),
                        ToyTrainer::Size * sizeof(float)),
            0)
      << "NaN and -0 are kept to the bit";
  EXPECT_EQ(Other.Parameters[16], 0);
  EXPECT_EQ(Other.Parameters[15], 7) << "no tensor lies here";
  EXPECT_EQ(Other.State[2], 0.125f);
  EXPECT_EQ(Other.State[3], 7);
  EXPECT_EQ(Other.Settings, Kept.Settings);
  EXPECT_EQ(Other.Gradients, std::vector<float>(16, 0));
}

TEST_F(CheckpointTest, LayoutIsTheDocumented) {
  ASSERT_EQ(save(), RESNETC_OK);
  std::string Bytes = read();
  // Header, five tensors with a name (and a dimension, of three), 11 floats.
  size_t Names = std::strlen("wmeanw.momentumlearning_ratemomentum");
  ASSERT_EQ(Bytes.size(), 24 + 5 * 12 + 3 * 8 + Names + 11 * 4 + 8);
  EXPECT_EQ(Bytes.substr(0, 12), std::string("RNETCKPT\1\0\0\0", 12));
  EXPECT_EQ(Bytes[12], 5);
  EXPECT_EQ(static_cast<unsigned char>(Bytes[16]), Bytes.size());
  EXPECT_EQ(Bytes.substr(24, 12 + 8 + 1),
            std::string("\0\0\0\0\1\0\0\0\1\0\0\0\3\0\0\0\0\0\0\0w", 21));
}

/// The numbers that the authors of the hash give.
TEST(HashTest, KnownValues) {
  auto hash = [](const char *Text) {
    return resnetc_rt_hash(resnetc_rt_hash_start, Text, std::strlen(Text));
  };
  EXPECT_EQ(hash(""), 0xcbf29ce484222325u);
  EXPECT_EQ(hash("a"), 0xaf63dc4c8601ec8cu);
  EXPECT_EQ(hash("foobar"), 0x85944171f73967e8u);
}

TEST_F(CheckpointTest, TruncatedAnywhere) {
  ASSERT_EQ(save(), RESNETC_OK);
  std::string Bytes = read();
  for (size_t Size = 0; Size < Bytes.size(); ++Size) {
    write(Bytes.substr(0, Size));
    EXPECT_EQ(loadWrong(), RESNETC_ERROR_CHECKPOINT_TRUNCATED) << Size;
  }
  write(Bytes + '\0');
  EXPECT_EQ(loadWrong(), RESNETC_ERROR_CHECKPOINT_CHECKSUM);
}

TEST_F(CheckpointTest, AnyByteChanged) {
  ASSERT_EQ(save(), RESNETC_OK);
  std::string Bytes = read();
  for (size_t I = 0; I < Bytes.size(); ++I)
    for (int Change : {1, 0x80, 0xff}) {
      std::string Damaged = Bytes;
      Damaged[I] = static_cast<char>(Damaged[I] ^ Change);
      write(Damaged);
      int Status = loadWrong();
      if (I < 8)
        EXPECT_EQ(Status, RESNETC_ERROR_CHECKPOINT_FORMAT) << I;
      else if (I < 12)
        EXPECT_EQ(Status, RESNETC_ERROR_CHECKPOINT_VERSION) << I;
      else if (I >= 16 && I < 24)
        EXPECT_TRUE(Status == RESNETC_ERROR_CHECKPOINT_TRUNCATED ||
                    Status == RESNETC_ERROR_CHECKPOINT_CHECKSUM)
            << I;
      else
        EXPECT_EQ(Status, RESNETC_ERROR_CHECKPOINT_CHECKSUM) << I;
    }
}

/// Someone may write the right hash of wrong bytes.
TEST_F(CheckpointTest, AnyByteChangedAndHashed) {
  ASSERT_EQ(save(), RESNETC_OK);
  std::string Bytes = read();
  size_t Hashed = Bytes.size() - 8;
  for (size_t I = 12; I < Hashed; ++I)
    for (int Change : {1, 0x80, 0xff}) {
      std::string Damaged = Bytes;
      Damaged[I] = static_cast<char>(Damaged[I] ^ Change);
      uint64_t Hash =
          resnetc_rt_hash(resnetc_rt_hash_start, Damaged.data(), Hashed);
      for (int Byte = 0; Byte < 8; ++Byte)
        Damaged[Hashed + Byte] = static_cast<char>(Hash >> 8 * Byte);
      write(Damaged);
      ToyTraining Other(Toy), Before(Toy);
      int Status = load(Other);
      bool IsData = I >= Hashed - size_t{11} * 4;
      EXPECT_EQ(Status == RESNETC_OK, IsData) << I;
      if (Status != RESNETC_OK)
        EXPECT_TRUE(Other == Before) << I;
    }
}

TEST_F(CheckpointTest, OtherModel) {
  ASSERT_EQ(save(), RESNETC_OK);
  auto differs = [&](auto Change) {
    std::vector<resnetc_kept_info> Saved = Toy.Kept;
    Change();
    EXPECT_EQ(loadWrong(), RESNETC_ERROR_CHECKPOINT_MODEL);
    Toy.Kept = Saved;
    Toy.Trainer.kept = Toy.Kept.data();
  };
  differs([&] { Toy.Kept[0].name = "v"; });
  differs([&] { Toy.Kept[0].name = "w1"; });
  differs([&] { Toy.Kept[0].name = ""; });
  differs([&] { Toy.Kept[0].dims[0] = 2; });
  differs([&] { Toy.Kept[0].rank = 0; });
  differs([&] { Toy.Kept[0].kind = RESNETC_BUFFER; });
  differs([&] { std::swap(Toy.Kept[0], Toy.Kept[2]); });
  differs([&] { Toy.Kept[5].kind = RESNETC_GRADIENT; });
  differs([&] { Toy.Kept[1].kind = RESNETC_SETTING; });
  ToyTraining Other(Toy);
  EXPECT_EQ(load(Other), RESNETC_OK);
}

TEST_F(CheckpointTest, FilesThatAreNone) {
  EXPECT_EQ(loadWrong(), RESNETC_ERROR_FILE);
  EXPECT_EQ(errno, ENOENT);
  write("PK\3\4 and so on, which is long enough to be a header");
  EXPECT_EQ(loadWrong(), RESNETC_ERROR_CHECKPOINT_FORMAT);
  Path = Folder;
  EXPECT_EQ(loadWrong(), RESNETC_ERROR_FILE);
  EXPECT_EQ(save(), RESNETC_ERROR_FILE);
  EXPECT_EQ(errno, EISDIR);
  Path = "/dev/null";
  EXPECT_EQ(loadWrong(), RESNETC_ERROR_FILE);
  EXPECT_EQ(save(), RESNETC_ERROR_FILE);
  EXPECT_TRUE(fs::is_character_file(Path));
  Path = Folder / "pipe";
  ASSERT_EQ(mkfifo(Path.c_str(), 0600), 0);
  EXPECT_EQ(loadWrong(), RESNETC_ERROR_FILE) << "and does not wait";
  EXPECT_EQ(save(), RESNETC_ERROR_FILE);
  Path = Folder / "none" / "net.ckpt";
  EXPECT_EQ(save(), RESNETC_ERROR_FILE);
  EXPECT_EQ(errno, ENOENT);
}

TEST_F(CheckpointTest, MissingMemoryAndPaths) {
  ASSERT_EQ(save(), RESNETC_OK);
  EXPECT_EQ(resnetc_rt_save(&Toy.Trainer, nullptr, &Kept.Training),
            RESNETC_ERROR_ARGUMENT);
  EXPECT_EQ(resnetc_rt_load(&Toy.Trainer, nullptr, &Kept.Training),
            RESNETC_ERROR_ARGUMENT);
  EXPECT_EQ(resnetc_rt_save(&Toy.Trainer, Path.c_str(), nullptr),
            RESNETC_ERROR_ARGUMENT);
  EXPECT_EQ(resnetc_rt_load(&Toy.Trainer, Path.c_str(), nullptr),
            RESNETC_ERROR_ARGUMENT);
  Kept.Training.state = nullptr;
  EXPECT_EQ(save(), RESNETC_ERROR_ARGUMENT);
  EXPECT_EQ(load(Kept), RESNETC_ERROR_ARGUMENT);
}

TEST_F(CheckpointTest, ReplacesAFileAndFollowsALink) {
  fs::path Target = Folder / "target.ckpt";
  std::ofstream(Target) << "old";
  fs::create_symlink("target.ckpt", Path);
  ASSERT_EQ(save(), RESNETC_OK);
  EXPECT_TRUE(fs::is_symlink(Path));
  EXPECT_EQ(files(), 2u);
  ToyTraining Other(Toy);
  EXPECT_EQ(load(Other), RESNETC_OK);
}

TEST_F(CheckpointTest, FullDiskLeavesTheOldFile) {
  ASSERT_EQ(save(), RESNETC_OK);
  std::string Before = read();
  Kept.Parameters[0] = 99;
  // A write beyond this fails as it does on a full disk.
  rlimit Saved;
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &Saved), 0);
  auto *Handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit Small = {16, Saved.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &Small), 0);
  int Status = save();
  int Error = errno;
  setrlimit(RLIMIT_FSIZE, &Saved);
  std::signal(SIGXFSZ, Handler);
  EXPECT_EQ(Status, RESNETC_ERROR_FILE);
  EXPECT_EQ(Error, EFBIG);
  EXPECT_EQ(read(), Before);
  EXPECT_EQ(files(), 1u) << "a temporary file is left";
}

/// Larger than the buffer that is written through.
TEST_F(CheckpointTest, LargeTensor) {
  constexpr int64_t Count = 100000;
  Toy.Kept[0].dims[0] = Count;
  Toy.Kept[2].offset = Count * sizeof(float);
  Toy.Trainer.sizes.parameters = (Count + 16) * sizeof(float);
  ToyTraining Large(Toy), Other(Toy);
  for (int64_t I = 0; I < Count; ++I)
    Large.Parameters[I] = static_cast<float>(I);
  ASSERT_EQ(resnetc_rt_save(&Toy.Trainer, Path.c_str(), &Large.Training),
            RESNETC_OK);
  ASSERT_EQ(load(Other), RESNETC_OK);
  EXPECT_EQ(Other.Parameters, Large.Parameters);
}

} // namespace
