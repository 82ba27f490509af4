//===- Passes.td - Conversions between dialects ---------- -*- tablegen -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In the order in which a compilation runs them.
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_CONVERSION_PASSES_TD
#define RESNETC_CONVERSION_PASSES_TD

include "mlir/Pass/PassBase.td"

def ConvertResNetToKernel
    : Pass<"convert-resnet-to-kernel", "::mlir::ModuleOp"> {
  let summary = "Put a laid out network on memory, one image at a time";
  let description = [{
    Every tensor becomes a buffer, without its batch dimension and in its
    layout; the function's results become arguments that are written. Values
    must have layouts that their operations accept (`resnet-assign-layout`).

    ```mlir
    func.func @net(%x: tensor<?x64x56x56xf32, #resnet.layout<block = 8, halo = [1, 1, 1, 1]>>)
        -> tensor<?x64x56x56xf32, #resnet.layout<block = 8, halo = [0, 0, 0, 0]>> {
      %y = resnet.conv %x, %w bias %b {pads = array<i64: 1, 1, 1, 1>} : ...
      return %y : ...
    }
    ==>
    func.func @net(%x: memref<8x58x58x8xf32>, %y: memref<8x56x56x8xf32>) {
      kernel.conv ins(%x, %w, %b) outs(%y) {input_offset = array<i64: 0, 0>, ...} : ...
      return
    }
    ```
  }];
  let dependentDialects = [
    "::resnetc::kernel::KernelDialect", "::mlir::arith::ArithDialect",
    "::mlir::math::MathDialect", "::mlir::memref::MemRefDialect",
    "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect"
  ];
}

def ConvertKernelToVector
    : Pass<"convert-kernel-to-vector", "::mlir::ModuleOp"> {
  let summary = "Generate the kernels as vector code, one function for each kind";
  let description = [{
    Every computation becomes a `kernel.launch` of a function that computes a
    range of its work units. Operations that differ only in their buffers share
    one function.

    ```mlir
    kernel.conv ins(%x, %w, %b) outs(%y) {...} : ...
    ==>
    kernel.launch @net_conv_f32_direct_3x3_p6_o2(%x, %w, %b, %y) units 224 macs 115605504 : ...

    func.func private @net_conv_f32_direct_3x3_p6_o2(%x: memref<...>, ..., %begin: index, %end: index)
    ```
  }];
  let options = [
    Option<"prefix", "prefix", "std::string", /*default=*/"\"net\"",
           "What the functions' names start with">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::math::MathDialect", "::mlir::memref::MemRefDialect",
    "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect",
    "::mlir::x86vector::X86VectorDialect", "::resnetc::kernel::KernelDialect"
  ];
}

def ConvertKernelToGPU : Pass<"convert-kernel-to-gpu", "::mlir::ModuleOp"> {
  let summary = "Generate the kernels as code of a GPU, one function for each kind";
  let description = [{
    Every computation becomes a `kernel.launch` with a grid, of a function in the
    module's `gpu.module`. It takes the buffers as pointers, to the first of all
    images, and how many images there are. What has no code of its own for GPUs
    is computed as on a CPU, a work unit of an image by each thread.

    ```mlir
    kernel.conv ins(%x, %w, %b) outs(%y) {...} : ...
    ==>
    kernel.launch @net_conv_f16_mma_3x3_p128_c64(%x, %w, %b, %y) units 3136 macs 115605504
      {grid = #kernel.grid<threads = 128, items = 3136, block_items = 128, shared_bytes = 73728>} : ...

    gpu.module @net_gpu [#nvvm.target<chip = "sm_80">] {
      llvm.func @net_conv_f16_mma_3x3_p128_c64(%x: !llvm.ptr<1>, ..., %batch: i32)
        attributes {nvvm.kernel, nvvm.reqntid = array<i32: 128, 1, 1>}
    ```
  }];
  let options = [
    Option<"prefix", "prefix", "std::string", /*default=*/"\"net\"",
           "What the functions' names start with">,
    Option<"chip", "chip", "std::string", /*default=*/"\"sm_80\"",
           "The GPU, as LLVM names it">
  ];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
    "::mlir::gpu::GPUDialect", "::mlir::LLVM::LLVMDialect",
    "::mlir::math::MathDialect", "::mlir::memref::MemRefDialect",
    "::mlir::NVVM::NVVMDialect", "::mlir::scf::SCFDialect",
    "::mlir::vector::VectorDialect", "::mlir::x86vector::X86VectorDialect",
    "::resnetc::kernel::KernelDialect"
  ];
}

#endif // RESNETC_CONVERSION_PASSES_TD
