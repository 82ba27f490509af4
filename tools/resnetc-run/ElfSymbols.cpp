//===- ElfSymbols.cpp - Names that a shared object exports ----------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ElfSymbols.h"
#include "Error.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <elf.h>
#include <link.h>
#include <memory>

using namespace resnetc::run;

using Header = ElfW(Ehdr);
using Section = ElfW(Shdr);
using Symbol = ElfW(Sym);

#if defined(__x86_64__)
static constexpr int HostMachine = EM_X86_64;
#elif defined(__aarch64__)
static constexpr int HostMachine = EM_AARCH64;
#else
#error "Name this machine's ELF number"
#endif

namespace {

/// A file of which parts are read. The weights stay on the disk.
class File {
public:
  explicit File(const std::string &Path)
      : Path(Path), Stream(std::fopen(Path.c_str(), "rb")) {
    if (!Stream)
      fatal("%s: %s", Path.c_str(), std::strerror(errno));
    std::fseek(Stream.get(), 0, SEEK_END);
    Size = static_cast<uint64_t>(std::max(std::ftell(Stream.get()), 0L));
  }

  uint64_t size() const { return Size; }

  template <typename T> std::vector<T> read(uint64_t Offset, uint64_t Count) {
    // Before allocating for what a damaged header says.
    if (Offset > Size || Count > (Size - Offset) / sizeof(T))
      fatal("%s: damaged shared object", Path.c_str());
    std::vector<T> Result(Count);
    if (std::fseek(Stream.get(), static_cast<long>(Offset), SEEK_SET) != 0 ||
        std::fread(Result.data(), sizeof(T), Count, Stream.get()) != Count)
      fatal("%s: cannot be read", Path.c_str());
    return Result;
  }

private:
  struct Close {
    void operator()(std::FILE *Stream) const { std::fclose(Stream); }
  };
  const std::string &Path;
  std::unique_ptr<std::FILE, Close> Stream;
  uint64_t Size = 0;
};

} // namespace

static const char *machineName(int Machine) {
  switch (Machine) {
  case EM_X86_64:
    return "x86-64";
  case EM_AARCH64:
    return "AArch64";
  default:
    return "another machine";
  }
}

static Header readHeader(File &Object, const std::string &Path) {
  const char *Name = Path.c_str();
  if (Object.size() < sizeof(Header))
    fatal("%s: neither a shared object nor an .onnx file", Name);
  Header Result = Object.read<Header>(0, 1)[0];
  if (std::memcmp(Result.e_ident, ELFMAG, SELFMAG) != 0)
    fatal("%s: neither a shared object nor an .onnx file", Name);
  if (Result.e_machine != HostMachine)
    fatal("%s: is for %s, this machine is %s", Name,
          machineName(Result.e_machine), machineName(HostMachine));
  if (Result.e_type != ET_DYN)
    fatal("%s: not a shared object; link it with -shared, or compile to .so",
          Name);
  return Result;
}

std::vector<std::string> resnetc::run::exportedNames(const std::string &Path) {
  File Object(Path);
  Header Head = readHeader(Object, Path);
  std::vector<Section> Sections =
      Object.read<Section>(Head.e_shoff, Head.e_shnum);
  std::vector<std::string> Names;
  for (const Section &Table : Sections) {
    if (Table.sh_type != SHT_DYNSYM || Table.sh_link >= Sections.size())
      continue;
    const Section &Strings = Sections[Table.sh_link];
    std::vector<char> Text =
        Object.read<char>(Strings.sh_offset, Strings.sh_size);
    // So that the last name ends even in a damaged file.
    Text.push_back('\0');
    for (const Symbol &Entry :
         Object.read<Symbol>(Table.sh_offset, Table.sh_size / sizeof(Symbol)))
      if (Entry.st_shndx != SHN_UNDEF && Entry.st_name < Text.size())
        Names.emplace_back(Text.data() + Entry.st_name);
  }
  return Names;
}
