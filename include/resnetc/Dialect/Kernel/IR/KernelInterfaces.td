//===- KernelInterfaces.td - Interfaces of kernel ops ----- -*- tablegen -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DIALECT_KERNEL_IR_KERNELINTERFACES_TD
#define RESNETC_DIALECT_KERNEL_IR_KERNELINTERFACES_TD

include "mlir/IR/OpBase.td"

def Kernel_ComputeOpInterface : OpInterface<"ComputeOpInterface"> {
  let cppNamespace = "::resnetc::kernel";
  let description = [{
    An operation that becomes a step of the network: one kernel function that
    computes ranges of its work units. Its operands are buffers and weights;
    those it writes come last. Buffers are dense and hold at most 2^40 elements,
    none is empty but those of `kernel.generic`, and parameters have magnitudes
    below 2^31: what is computed from them does not overflow.
  }];
  let verify = "return ::resnetc::kernel::detail::verifyComputeOp($_op);";
  let methods = [
    InterfaceMethod<"How many of the last operands are written.",
      "unsigned", "getNumOutputs", (ins), "", "return 1;">,
    InterfaceMethod<"Independent work units of one image.",
      "int64_t", "getNumUnits", (ins)>,
    InterfaceMethod<"Multiply-accumulates of one image.",
      "int64_t", "getNumMacs", (ins), "", "return 0;">,
    InterfaceMethod<[{
        The kernel's name after the model's prefix, for example
        `conv_f32_direct_3x3_p6_o2`. Kernels that differ may share it.
      }], "::std::string", "getKernelName", (ins)>,
    InterfaceMethod<[{
        Whether consecutive units should be the same unit of consecutive
        images, so that weights read once serve the batch.
      }], "bool", "prefersImagesInnermost", (ins), "", "return false;">,
    InterfaceMethod<[{
        Whether the operand numbered `input` may share the output's buffer:
        every element is read before, and only by, the unit that writes it.
      }], "bool", "canReuseForOutput", (ins "unsigned":$input), "",
      "return false;">
  ];
}

def Kernel_VectorLoweringOpInterface
    : OpInterface<"VectorLoweringOpInterface", [Kernel_ComputeOpInterface]> {
  let cppNamespace = "::resnetc::kernel";
  let description = [{
    An operation that `convert-kernel-to-vector` can turn into CPU code. The
    implementations are external models, in lib/Conversion/KernelToVector.
  }];
  let methods = [
    InterfaceMethod<[{
        Generates code that computes units [begin, end) at the builder's
        insertion point; `buffers` are the operation's operands in order.
      }], "::llvm::LogicalResult", "buildKernel",
      (ins "::mlir::ImplicitLocOpBuilder &":$builder,
           "::mlir::ValueRange":$buffers, "::mlir::Value":$begin,
           "::mlir::Value":$end)>
  ];
}

def Kernel_GPULoweringOpInterface
    : OpInterface<"GPULoweringOpInterface", [Kernel_ComputeOpInterface]> {
  let cppNamespace = "::resnetc::kernel";
  let description = [{
    An operation that `convert-kernel-to-gpu` can turn into code for a GPU that
    is better than one thread for each work unit. The implementations are
    external models, in lib/Conversion/KernelToGPU.
  }];
  let methods = [
    InterfaceMethod<"Whether there is such code for this operation.",
      "bool", "hasGPUKernel", (ins)>,
    InterfaceMethod<"What is launched.", "::resnetc::kernel::GridAttr",
      "getGrid", (ins)>,
    InterfaceMethod<[{
        Generates the code of a thread at the builder's insertion point.
        `pointers` are the operation's operands in order, in global memory: of
        those that are not shared that of the first image, behind which the
        others lie. `batch` is the number of images, of i32. The code begins
        to wait for the launch before where it touches what others write.
      }], "::llvm::LogicalResult", "buildGPUKernel",
      (ins "::mlir::ImplicitLocOpBuilder &":$builder,
           "::mlir::ValueRange":$pointers, "::mlir::Value":$batch)>
  ];
}

def Kernel_PackWeightsOpInterface : OpInterface<"PackWeightsOpInterface"> {
  let cppNamespace = "::resnetc::kernel";
  let description = [{
    A convolution whose weights are packed: put into the order in which its
    kernel reads them, as its schedule says.
  }];
  let methods = [
    InterfaceMethod<"The weight, M x C/group x kH x kW until it is packed.",
      "::mlir::OpOperand &", "getWeightOperand", (ins),
      "return $_op.getWeightMutable();">,
    InterfaceMethod<"The bias, M until it is packed.",
      "::mlir::OpOperand &", "getBiasOperand", (ins),
      "return $_op.getBiasMutable();">,
    InterfaceMethod<"Elements of the weight as ONNX has it.",
      "int64_t", "getNumWeights">,
    InterfaceMethod<"Elements of the packed weight.",
      "int64_t", "getNumPackedWeights">,
    InterfaceMethod<"Elements of the packed bias.",
      "int64_t", "getNumPackedBiases">,
    InterfaceMethod<"Element type of the packed weight.",
      "::mlir::Type", "getPackedWeightType", (ins), "",
      "return ::mlir::Float32Type::get($_op.getContext());">,
    InterfaceMethod<"Packs `from` into `to`, which is all zeros.",
      "void", "packWeights", (ins "::llvm::ArrayRef<float>":$from,
                                  "::llvm::MutableArrayRef<float>":$to)>,
    InterfaceMethod<"Packs `from` into `to`, which is all zeros.",
      "void", "packBiases", (ins "::llvm::ArrayRef<float>":$from,
                                 "::llvm::MutableArrayRef<float>":$to)>,
    InterfaceMethod<"Blocks of output channels, of all groups.",
      "int64_t", "getNumPackedBlocks">,
    InterfaceMethod<[{
        Generates code that packs weights at run time as `packWeights` does: the
        block of output channels with this number, from `from`, which is dense,
        into `to`. Both have one dimension. If `transposed`, `from` is the input
        of a kernel.transpose_filter that makes the weight.
      }], "void", "buildPackBlock",
      (ins "::mlir::ImplicitLocOpBuilder &":$builder, "::mlir::Value":$from,
           "::mlir::Value":$to, "::mlir::Value":$block, "bool":$transposed)>,
    InterfaceMethod<"Whether it can be packed from what is transposed.",
      "bool", "canPackTransposed">
  ];
}

#endif // RESNETC_DIALECT_KERNEL_IR_KERNELINTERFACES_TD
