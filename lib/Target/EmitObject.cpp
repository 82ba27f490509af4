//===- EmitObject.cpp - Native code and data ------------------------------===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "resnetc/Target/EmitObject.h"
#include "resnetc/Conversion/KernelToVector/KernelToVector.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Object/ELFTypes.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Target/TargetMachine.h"

using namespace llvm;
using namespace resnetc;

static Expected<std::unique_ptr<TargetMachine>>
createTargetMachine(const std::string &tripleText) {
  initializeTargets();
  std::string message;
  Triple triple(tripleText);
  const Target *llvmTarget = TargetRegistry::lookupTarget(triple, message);
  if (!llvmTarget)
    return createStringError(message);
  TargetOptions options;
  // Multiply-adds are explicit; nothing else may be contracted.
  options.AllowFPOpFusion = FPOpFusion::Standard;
  // Every function says for which CPU it is.
  std::unique_ptr<TargetMachine> machine(llvmTarget->createTargetMachine(
      triple, getBaselineCPU(tripleText), "", options, Reloc::PIC_,
      std::nullopt, CodeGenOptLevel::Aggressive));
  if (!machine)
    return createStringError("no code generator for " + tripleText);
  return machine;
}

/// What cleans up kernels. Loops come unrolled and vectorized as their schedule
/// says, so nothing here unrolls: the full unrolling of LLVM's own pipelines
/// makes loops over taps into code whose sums spill. Named in a text,
/// instcombine fails unless one iteration is enough, which is for LLVM's own
/// tests.
static constexpr StringLiteral cleanUp =
    "always-inline,"
    "function(sroa,early-cse<memssa>,instcombine<no-verify-fixpoint>,"
    "simplifycfg,loop-mssa(loop-rotate,licm),gvn,"
    "instcombine<no-verify-fixpoint>,dse,simplifycfg),"
    "globaldce";

/// For functions whose loops come scalar.
static constexpr StringLiteral vectorize =
    "loop-vectorize,slp-vectorizer,instcombine<no-verify-fixpoint>,simplifycfg,"
    "loop-mssa(licm),early-cse<memssa>,simplifycfg";

static Error optimize(Module &module, TargetMachine &machine) {
  PassBuilder builder(&machine);
  LoopAnalysisManager loops;
  FunctionAnalysisManager functions;
  CGSCCAnalysisManager graphs;
  ModuleAnalysisManager modules;
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(graphs);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, graphs, modules);
  ModulePassManager passes;
  if (Error error = builder.parsePassPipeline(passes, cleanUp))
    return error;
  passes.run(module, modules);
  FunctionPassManager vectorizePasses;
  if (Error error = builder.parsePassPipeline(vectorizePasses, vectorize))
    return error;
  for (Function &function : module)
    if (function.hasFnAttribute(vectorizeAttribute))
      vectorizePasses.run(function, functions);
  return Error::success();
}

static Error generate(Module &module, const CompiledNetwork &network,
                      CodeGenFileType type, raw_pwrite_stream &os) {
  auto machine = createTargetMachine(network.getTriple());
  if (!machine)
    return machine.takeError();
  module.setDataLayout((*machine)->createDataLayout());
  module.setPICLevel(PICLevel::BigPIC);
  if (Error error = optimize(module, **machine))
    return error;
  legacy::PassManager passes;
  if ((*machine)->addPassesToEmitFile(passes, os, nullptr, type))
    return createStringError("no such output for " + network.getTriple());
  passes.run(module);
  return Error::success();
}

/// The bytes of a placeholder section are in the file, but the section may as
/// well lie behind everything else: gives section `name` of a 64-bit
/// little-endian object the place `offset` and the size `size`.
static Error moveSection(MutableArrayRef<char> object, StringRef name,
                         uint64_t offset, uint64_t size) {
  using Types = object::ELF64LE;
  if (object.size() < sizeof(Types::Ehdr))
    return createStringError("object without a header");
  auto *header = reinterpret_cast<Types::Ehdr *>(object.data());
  MutableArrayRef<Types::Shdr> sections(
      reinterpret_cast<Types::Shdr *>(object.data() + header->e_shoff),
      header->e_shnum);
  const char *names = object.data() + sections[header->e_shstrndx].sh_offset;
  for (size_t i = 0; i < sections.size(); ++i) {
    if (StringRef(names + sections[i].sh_name) != name)
      continue;
    sections[i].sh_offset = offset;
    sections[i].sh_size = size;
    // The one symbol of the section grows with it.
    for (const Types::Shdr &table : sections) {
      if (table.sh_type != ELF::SHT_SYMTAB)
        continue;
      MutableArrayRef<Types::Sym> symbols(
          reinterpret_cast<Types::Sym *>(object.data() + table.sh_offset),
          table.sh_size / sizeof(Types::Sym));
      for (Types::Sym &symbol : symbols)
        if (symbol.st_shndx == i && symbol.getType() == ELF::STT_OBJECT)
          symbol.st_size = size;
    }
    return Error::success();
  }
  return createStringError("object without a section '" + name + "'");
}

Error resnetc::emitObject(Module &module, const CompiledNetwork &network,
                          raw_pwrite_stream &os) {
  SmallVector<char, 0> object;
  raw_svector_ostream code(object);
  if (Error error =
          generate(module, network, CodeGenFileType::ObjectFile, code))
    return error;
  // Weights never pass through LLVM: they are written behind the object, and
  // their section's header is pointed at them.
  uint64_t offset = alignTo(object.size(), 64);
  if (network.getWeightBytes() > 0) {
    bool isLarge = Triple(network.getTriple()).isX86();
    std::string section =
        (isLarge ? ".lrodata." : ".rodata.") + network.getName();
    if (Error error =
            moveSection(object, section, offset, network.getWeightBytes()))
      return error;
  }
  os.write(object.data(), object.size());
  os.write_zeros(offset - object.size());
  network.writeWeights(os);
  return Error::success();
}

/// `.incbin "file"`, which reads the weights.
static std::string includeDirective(StringRef file) {
  std::string text = "\t.incbin\t\"";
  for (char c : file) {
    if (c == '"' || c == '\\')
      text += '\\';
    text += c;
  }
  return text + "\"\n";
}

Error resnetc::emitLLVMIR(Module &module, const CompiledNetwork &network,
                          StringRef weightsFile, raw_pwrite_stream &os) {
  auto machine = createTargetMachine(network.getTriple());
  if (!machine)
    return machine.takeError();
  module.setDataLayout((*machine)->createDataLayout());
  // IR can hold the weights only as text, but it can hold assembly, which can
  // name the file that they are in.
  std::string name = network.getName() + "_weights";
  GlobalVariable *weights = module.getGlobalVariable(name);
  if (weights && network.getWeightBytes() > 0) {
    std::string section = weights->getSection().str();
    weights->setInitializer(nullptr);
    weights->setSection("");
    bool isLarge = Triple(network.getTriple()).isX86();
    if (!weightsFile.empty())
      module.appendModuleInlineAsm(
          formatv("\t.section\t{0},\"{1}\",@progbits\n\t.p2align\t6\n"
                  "\t.globl\t{2}\n\t.hidden\t{2}\n\t.type\t{2}, @object\n"
                  "{2}:\n{3}\t.size\t{2}, {4}\n",
                  section, isLarge ? "al" : "a", name,
                  includeDirective(weightsFile), network.getWeightBytes())
              .str());
  }
  module.print(os, nullptr);
  return Error::success();
}

Error resnetc::emitAssembly(Module &module, const CompiledNetwork &network,
                            StringRef weightsFile, raw_pwrite_stream &os) {
  SmallVector<char, 0> text;
  raw_svector_ostream code(text);
  if (Error error =
          generate(module, network, CodeGenFileType::AssemblyFile, code))
    return error;
  // Behind the label of the weights stand the placeholder's zeros.
  StringRef assembly(text.data(), text.size());
  std::string label = "\n" + network.getName() + "_weights:\n";
  size_t at = assembly.find(label);
  if (network.getWeightBytes() == 0 || at == StringRef::npos) {
    os << assembly;
    return Error::success();
  }
  size_t placeholder = at + label.size();
  size_t end = assembly.find('\n', placeholder) + 1;
  os << assembly.take_front(placeholder) << includeDirective(weightsFile);
  StringRef rest = assembly.drop_front(end);
  std::string size = "\t.size\t" + network.getName() + "_weights, 64\n";
  size_t sizeAt = rest.find(size);
  if (sizeAt != StringRef::npos) {
    os << rest.take_front(sizeAt) << "\t.size\t" << network.getName()
       << "_weights, " << network.getWeightBytes() << "\n";
    rest = rest.drop_front(sizeAt + size.size());
  }
  os << rest;
  return Error::success();
}
