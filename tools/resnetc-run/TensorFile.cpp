//===- TensorFile.cpp - Tensors in .npy and .bin files --------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The .npy format is described in
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
//
//===----------------------------------------------------------------------===//

#include "TensorFile.h"
#include "Error.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <strings.h>

using namespace resnetc::run;

namespace {

struct NpyType {
  const char *Descr;
  int32_t Type;
};

} // namespace

/// Types that a file can have; the first of an element type is how it is
/// written. `<V2` is how NumPy stores bfloat16 arrays of extension types.
static constexpr NpyType NpyTypes[] = {
    {"<f4", RESNETC_FLOAT32},  {"|u1", RESNETC_UINT8},
    {"|i1", RESNETC_INT8},     {"<i4", RESNETC_INT32},
    {"<i8", RESNETC_INT64},    {"|b1", RESNETC_BOOL},
    {"<f2", RESNETC_FLOAT16},  {"<f8", RESNETC_FLOAT64},
    {"<u1", RESNETC_UINT8},    {"<i1", RESNETC_INT8},
    {"|V2", RESNETC_BFLOAT16}, {"<V2", RESNETC_BFLOAT16},
};

static constexpr char Magic[] = "\x93NUMPY";
static constexpr size_t MagicSize = sizeof(Magic) - 1;

bool resnetc::run::hasSuffix(const std::string &Path, const char *Suffix) {
  size_t Size = std::strlen(Suffix);
  return Path.size() > Size &&
         strcasecmp(Path.c_str() + Path.size() - Size, Suffix) == 0;
}

TensorFile::TensorFile(const std::string &Path)
    : Path(Path), File(std::fopen(Path.c_str(), "rb")) {
  if (!File)
    fatal("%s: %s", Path.c_str(), std::strerror(errno));
}

TensorFile TensorFile::open(const std::string &Path,
                            const resnetc_tensor_info &Info) {
  bool IsBin = hasSuffix(Path, ".bin");
  if (!IsBin && !hasSuffix(Path, ".npy"))
    fatal("%s: neither .npy nor .bin", Path.c_str());
  TensorFile Result(Path);
  if (IsBin)
    Result.deduceBinShape(Info);
  else
    Result.readNpyHeader();
  return Result;
}

int64_t TensorFile::bytesLeft() {
  long Here = std::ftell(File.get());
  if (Here < 0 || std::fseek(File.get(), 0, SEEK_END) != 0)
    fatal("%s: not a file that can be sought in", Path.c_str());
  long End = std::ftell(File.get());
  std::fseek(File.get(), Here, SEEK_SET);
  return End - Here;
}

void TensorFile::readBytes(void *To, size_t Bytes) {
  if (std::fread(To, 1, Bytes, File.get()) != Bytes)
    fatal("%s: %s", Path.c_str(),
          std::ferror(File.get()) ? std::strerror(errno)
                                  : "unexpected end of file");
}

/// What follows `'Key':` in the Python dictionary of an .npy header; empty when
/// there is no such key.
static std::string headerValue(const std::string &Header, const char *Key) {
  for (char Quote : {'\'', '"'}) {
    std::string Quoted = Quote + std::string(Key) + Quote;
    size_t At = Header.find(Quoted);
    if (At == std::string::npos)
      continue;
    At = Header.find_first_not_of(" \t", At + Quoted.size());
    if (At == std::string::npos || Header[At] != ':')
      continue;
    At = Header.find_first_not_of(" \t", At + 1);
    if (At != std::string::npos)
      return Header.substr(At);
  }
  return "";
}

/// `(1, 3, 224, 224)`; whether it is well formed.
static bool parseShape(const std::string &Text, std::vector<int64_t> &Dims) {
  const char *At = Text.c_str();
  if (*At++ != '(')
    return false;
  for (;;) {
    At += std::strspn(At, " \t");
    if (*At == ')')
      return true;
    char *End;
    errno = 0;
    long long Dim = std::strtoll(At, &End, 10);
    if (errno != 0 || End == At || Dim < 0)
      return false;
    Dims.push_back(Dim);
    At = End + std::strspn(End, " \tL");
    if (*At == ',')
      ++At;
    else if (*At != ')')
      return false;
  }
}

void TensorFile::readNpyHeader() {
  const char *Name = Path.c_str();
  unsigned char Start[MagicSize + 2];
  if (bytesLeft() < static_cast<int64_t>(sizeof(Start)))
    fatal("%s: not an .npy file", Name);
  readBytes(Start, sizeof(Start));
  if (std::memcmp(Start, Magic, MagicSize) != 0)
    fatal("%s: not an .npy file", Name);
  int Version = Start[MagicSize];
  if (Version < 1 || Version > 3)
    fatal("%s: .npy version %d is not known", Name, Version);

  // Little-endian, of two bytes in version 1 and four after.
  unsigned char SizeBytes[4] = {};
  readBytes(SizeBytes, Version == 1 ? 2 : 4);
  size_t Size = 0;
  for (int I = 3; I >= 0; --I)
    Size = Size << 8 | SizeBytes[I];
  if (static_cast<int64_t>(Size) > bytesLeft())
    fatal("%s: unexpected end of file", Name);
  std::string Header(Size, '\0');
  readBytes(&Header[0], Size);

  std::string Descr = headerValue(Header, "descr");
  std::string Order = headerValue(Header, "fortran_order");
  if (Descr.empty() || Order.empty() ||
      !parseShape(headerValue(Header, "shape"), Dims))
    fatal("%s: malformed .npy header", Name);
  if (Order.compare(0, 5, "False") != 0)
    fatal("%s: is in Fortran order; save numpy.ascontiguousarray(array)", Name);
  // Without its quotes; a structured type starts with a bracket instead.
  Descr = Descr.substr(0, Descr.find(Descr[0], 1) + 1);
  for (const NpyType &Known : NpyTypes)
    if (Descr.size() == 5 && Descr.compare(1, 3, Known.Descr) == 0)
      ElementType = Known.Type;
  if (ElementType == 0)
    fatal("%s: elements of type %s are not supported", Name, Descr.c_str());

  int64_t Needed =
      elementCount(Dims, Name) * static_cast<int64_t>(elementSize(ElementType));
  int64_t Left = bytesLeft();
  if (Left != Needed)
    fatal("%s: shape %s needs %lld bytes of data, the file has %lld", Name,
          shapeText(Dims).c_str(), static_cast<long long>(Needed),
          static_cast<long long>(Left));
}

void TensorFile::deduceBinShape(const resnetc_tensor_info &Info) {
  ElementType = Info.element_type;
  Dims.assign(Info.dims, Info.dims + Info.rank);
  bool IsBatched = false;
  std::vector<int64_t> OneImage = Dims;
  for (int64_t &Dim : OneImage)
    if (Dim < 0) {
      Dim = 1;
      IsBatched = true;
    }
  int64_t ImageBytes = elementCount(OneImage, Info.name) *
                       static_cast<int64_t>(elementSize(ElementType));
  int64_t Bytes = bytesLeft();
  bool Fits = IsBatched ? ImageBytes > 0 && Bytes > 0 && Bytes % ImageBytes == 0
                        : Bytes == ImageBytes;
  if (!Fits)
    fatal("%s: %lld bytes do not make '%s', which is %s of %s: %lld bytes%s",
          Path.c_str(), static_cast<long long>(Bytes), Info.name,
          shapeText(Info).c_str(), elementName(ElementType),
          static_cast<long long>(ImageBytes), IsBatched ? " an image" : "");
  for (int64_t &Dim : Dims)
    if (Dim < 0)
      Dim = Bytes / ImageBytes;
}

int64_t TensorFile::matchShape(const resnetc_tensor_info &Info) const {
  bool Matches = Dims.size() == static_cast<size_t>(Info.rank);
  int64_t Batch = 0;
  for (int32_t I = 0; Matches && I < Info.rank; ++I) {
    if (Info.dims[I] >= 0) {
      Matches = Dims[I] == Info.dims[I];
      continue;
    }
    Matches = Dims[I] > 0 && (Batch == 0 || Dims[I] == Batch);
    Batch = Dims[I];
  }
  if (!Matches)
    fatal("%s: shape %s does not match '%s', which is %s", Path.c_str(),
          shapeText(Dims).c_str(), Info.name, shapeText(Info).c_str());
  return Batch;
}

void TensorFile::read(int32_t Type, void *To, int64_t Count) {
  if (Type == ElementType) {
    readBytes(To, Count * elementSize(Type));
    return;
  }
  constexpr int64_t ChunkSize = 4096;
  char Chunk[ChunkSize * sizeof(double)];
  char *Next = static_cast<char *>(To);
  while (Count > 0) {
    int64_t Size = std::min(Count, ChunkSize);
    readBytes(Chunk, Size * elementSize(ElementType));
    convertElements(ElementType, Chunk, Type, Next, Size);
    Next += Size * elementSize(Type);
    Count -= Size;
  }
}

/// Magic, version, size and dictionary, padded to a multiple of 64 bytes.
static std::string npyHeader(const char *Descr,
                             const std::vector<int64_t> &Dims) {
  std::string Shape;
  for (int64_t Dim : Dims)
    Shape += std::to_string(Dim) + ",";
  std::string Dictionary = "{'descr': '" + std::string(Descr) +
                           "', 'fortran_order': False, 'shape': (" + Shape +
                           "), }";
  constexpr size_t Alignment = 64;
  constexpr size_t Fixed = MagicSize + 4;
  size_t Total = Fixed + Dictionary.size() + 1;
  Dictionary.append((Alignment - Total % Alignment) % Alignment, ' ');
  Dictionary += '\n';
  std::string Header(Magic, MagicSize);
  Header += '\x01';
  Header += '\x00';
  Header += static_cast<char>(Dictionary.size() & 0xff);
  Header += static_cast<char>(Dictionary.size() >> 8);
  return Header + Dictionary;
}

void resnetc::run::writeNpy(const std::string &Path, const Tensor &Value) {
  int32_t Type =
      Value.type() == RESNETC_BFLOAT16 ? RESNETC_FLOAT32 : Value.type();
  const char *Descr = "";
  for (const NpyType &Known : NpyTypes)
    if (Known.Type == Type && !*Descr)
      Descr = Known.Descr;
  Buffer Converted;
  const char *Data = Value.Data.get();
  size_t Bytes = Value.Count * elementSize(Type);
  if (Type != Value.type()) {
    Converted = allocate(Bytes, 1, Value.name());
    convertElements(Value.type(), Data, Type, Converted.get(), Value.Count);
    Data = Converted.get();
  }

  std::string Header = npyHeader(Descr, Value.Dims);
  std::string Partial = Path + ".partial";
  std::FILE *File = std::fopen(Partial.c_str(), "wb");
  if (!File)
    fatal("%s: %s", Partial.c_str(), std::strerror(errno));
  bool Written =
      std::fwrite(Header.data(), 1, Header.size(), File) == Header.size() &&
      std::fwrite(Data, 1, Bytes, File) == Bytes;
  Written = std::fclose(File) == 0 && Written;
  if (!Written || std::rename(Partial.c_str(), Path.c_str()) != 0) {
    int Error = errno;
    std::remove(Partial.c_str());
    fatal("%s: %s", Path.c_str(), std::strerror(Error));
  }
}
