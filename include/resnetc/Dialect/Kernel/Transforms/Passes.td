//===- Passes.td - Passes on the kernel dialect ---------- -*- tablegen -*-===//
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

#ifndef RESNETC_DIALECT_KERNEL_TRANSFORMS_PASSES_TD
#define RESNETC_DIALECT_KERNEL_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def KernelFuseMaps : Pass<"kernel-fuse-maps", "::mlir::func::FuncOp"> {
  let summary = "Make one map of maps that read each other's results";
  let description = [{
    A map whose result only one other map reads, element by element, is computed
    there: what was memory in between is a register.

    ```mlir
    kernel.map ins(%x) outs(%0) {...} : memref<2x4x4x8xf32> -> memref<2x4x4x8xf32> {
    ^bb0(%a: f32):
      %t = math.tanh %a : f32
      kernel.yield %t : f32
    }
    kernel.map ins(%x, %0) outs(%y) {...} : ... {
    ^bb0(%a: f32, %b: f32):
      %p = arith.mulf %a, %b : f32
      kernel.yield %p : f32
    }
    ==>
    kernel.map ins(%x) outs(%y) {...} : memref<2x4x4x8xf32> -> memref<2x4x4x8xf32> {
    ^bb0(%a: f32):
      %t = math.tanh %a : f32
      %p = arith.mulf %a, %t : f32
      kernel.yield %p : f32
    }
    ```
  }];
  let statistics = [
    Statistic<"numFused", "fused", "Maps that are computed in another one">
  ];
  let dependentDialects = ["::resnetc::kernel::KernelDialect"];
}

def KernelFuseMeans : Pass<"kernel-fuse-means", "::mlir::func::FuncOp"> {
  let summary = "Compute what is averaged over planes while it is averaged";
  let description = [{
    A mean over planes becomes `kernel.plane_means`. A map whose result only
    that reads is computed there; means that follow each other and read the same
    memory are one kernel. It is how the statistics of a batch and the sums for
    their gradients read what they need once.

    ```mlir
    kernel.pool <avg> ins(%g) outs(%sum) {...} : memref<2x4x4x8xf32> -> memref<2x1x1x8xf32>
    kernel.map ins(%g, %x) outs(%0) {...} : ... {
    ^bb0(%a: f32, %b: f32):
      %p = arith.mulf %a, %b : f32
      kernel.yield %p : f32
    }
    kernel.pool <avg> ins(%0) outs(%dot) {...} : memref<2x4x4x8xf32> -> memref<2x1x1x8xf32>
    ==>
    kernel.plane_means ins(%g, %x) outs(%sum, %dot) {...} : ... {
    ^bb0(%a: f32, %b: f32):
      %p = arith.mulf %a, %b : f32
      kernel.yield %a, %p : f32, f32
    }
    ```
  }];
  let statistics = [
    Statistic<"numFused", "fused", "Maps that are computed while averaged">,
    Statistic<"numMerged", "merged", "Means that are computed with others">
  ];
  let dependentDialects = ["::resnetc::kernel::KernelDialect"];
}

def KernelNarrowBuffers
    : Pass<"kernel-narrow-buffers", "::mlir::func::FuncOp"> {
  let summary = "Keep activations in memory as bf16 or f16";
  let description = [{
    Makes the elements of every image's buffer bf16, or f16 as `type` says.
    Kernels still compute with f32, or with instructions that multiply narrow
    numbers and sum up in f32: what is narrow is memory, and with it what
    convolutions multiply.

    The network's inputs and outputs stay as they are, and so do results that
    only go out of the network (scores), and planar buffers (the few channels of
    a stem) whose columns cannot be multiplied in pairs, if not `gpu`. So does
    what all images share (parameters and their gradients), and with `keep-sums`
    what has one pixel: sums over pixels, from which a network in training
    computes statistics of the batch.

    ```mlir
    %0 = kernel.buffer : memref<4x58x58x16xf32>
    ==>
    %0 = kernel.buffer : memref<4x58x58x16xbf16>
    ```
  }];
  let statistics = [
    Statistic<"numNarrowed", "narrowed", "Buffers whose elements became narrow">
  ];
  let options = [
    Option<"type", "type", "std::string", /*default=*/"\"bf16\"",
           "What elements become: bf16 or f16">,
    Option<"gpu", "gpu", "bool", /*default=*/"false",
           "Whether a GPU computes, which needs no pairs of columns">,
    Option<"keepSums", "keep-sums", "bool", /*default=*/"false",
           "Whether images of one pixel stay f32">
  ];
  let dependentDialects = ["::resnetc::kernel::KernelDialect"];
}

def KernelSelectSchedule
    : Pass<"kernel-select-schedule", "::mlir::func::FuncOp"> {
  let summary = "Choose how each convolution is computed on the target CPU";
  let description = [{
    Gives every `kernel.conv` without a schedule the one that a model of the
    CPU finds cheapest: register tile by multiply-adds, loads and latency,
    row chunks by bytes that pass the second-level cache. Winograd's algorithm
    competes with the direct one, by its fewer multiply-adds, its transforms and
    its larger weights, where the error that is predicted for the layer's
    weights is no larger than `max-error`. What a table of `schedules` has for
    a convolution's shape is preferred. A schedule written by hand stays.
    Gradients of filters from images of bf16 are `dot` where the CPU has such
    products.

    ```mlir
    kernel.conv ins(%x, %w, %b) outs(%y) {output_size = array<i64: 56, 56>, ...}
    ==>
    kernel.conv ins(%x, %w, %b) outs(%y) {output_size = array<i64: 56, 56>, ...,
      schedule = #kernel.schedule<direct, pixels = 6, oc_blocks = 2, rows = 8>}
    ```
  }];
  let options = [
    Option<"triple", "triple", "std::string", /*default=*/"",
           "Target triple; this host's when empty">,
    Option<"cpu", "cpu", "std::string", /*default=*/"",
           "Target CPU; this host's when empty">,
    Option<"exact", "exact", "bool", /*default=*/"false",
           "No algorithm that rounds otherwise than the sum of products">,
    Option<"maxError", "max-error", "double",
           /*default=*/"::resnetc::kernel::defaultMaxError",
           "Relative L2 error that an algorithm may be predicted to make">,
    Option<"schedules", "schedules", "std::string", /*default=*/"",
           "File with a table of schedules that are preferred">
  ];
  let dependentDialects = ["::resnetc::kernel::KernelDialect"];
}

def KernelExpandWinograd
    : Pass<"kernel-expand-winograd", "::mlir::func::FuncOp"> {
  let summary = "Convolutions by Winograd's algorithm as one step or two";
  let description = [{
    The transform of the input, which all output channels share, gets a buffer
    and a step of its own. Where tiles reach beyond the input, its buffer's halo
    becomes wider. In the fused form, one step does both, and the buffer is for
    what it has transformed.

    ```mlir
    kernel.conv ins(%x, %w, %b) outs(%y) {...,
      schedule = #kernel.schedule<winograd_f4, pixels = 6, oc_blocks = 2, rows = 4>}
    ==>
    %v = kernel.buffer : memref<33x36x50x8xf32>
    kernel.winograd_input ins(%x) outs(%v) {outputs = 4 : i64, ...}
    kernel.winograd_conv ins(%v, %w, %b) outs(%y) {outputs = 4 : i64, ...}

    kernel.conv ins(%x, %w, %b) outs(%y) {...,
      schedule = #kernel.schedule<fused_winograd_f4, pixels = 6, oc_blocks = 2, rows = 4>}
    ==>
    %v = kernel.buffer : memref<33x36x50x8xf32>
    kernel.winograd_conv ins(%v, %w, %b) image(%x : memref<8x58x58x8xf32>) outs(%y)
      {outputs = 4 : i64, ...}
    ```
  }];
  let dependentDialects = ["::resnetc::kernel::KernelDialect"];
}

def KernelExpandWinogradFilters
    : Pass<"kernel-expand-winograd-filters", "::mlir::func::FuncOp"> {
  let summary = "Gradients of filters by Winograd's algorithm";
  let description = [{
    Of filters of 3 x 3 without strides, dilations and groups, where its sums
    take less time than the pixels'. Input and gradient are transformed in tiles
    whose products are summed; the buffers' halos become wide enough for them.

    ```mlir
    kernel.fill outs(%dw) : memref<36864xf32>
    kernel.conv_filter_gradient ins(%x, %g) outs(%dw) {...}
      : memref<4x58x58x16xf32>, memref<4x58x58x16xf32> -> memref<36864xf32>
    ==>
    %d = kernel.buffer : memref<1x36x785x16xf32>
    kernel.winograd_input ins(%x) outs(%d) {outputs = 4 : i64, ...}
    %v = kernel.buffer : memref<1x36x785x16xf32>
    kernel.winograd_gradient ins(%g) outs(%v) {outputs = 4 : i64, ...}
    %u = kernel.buffer shared : memref<36x4x4x16x16xf32>
    kernel.fill outs(%u) : memref<36x4x4x16x16xf32>
    kernel.winograd_filter_products ins(%d, %v) outs(%u) {tiles = 196 : i64} : ...
    kernel.winograd_filter ins(%u) outs(%dw) {outputs = 4 : i64} : ...
    ```
  }];
  let statistics = [
    Statistic<"numExpanded", "expanded", "Gradients by Winograd's algorithm">
  ];
  let dependentDialects = ["::resnetc::kernel::KernelDialect"];
}

def KernelRecomputeMaps : Pass<"kernel-recompute-maps", "::mlir::func::FuncOp"> {
  let summary = "Compute again what would wait in memory";
  let description = [{
    Of what maps and copies compute before the moment when most memory is in use,
    and others read after it, as backward passes do. Where a map's inputs are
    there anyway, the readers get a map of their own, which kernel-fuse-maps and
    kernel-fuse-means compute on the way, or one before the first of them.

    ```mlir
    kernel.map ins(%x, %s) outs(%y) {...} : ...
    kernel.conv ins(%y, %w, %b) outs(%z) {...} : ...
    // Here most memory is in use.
    kernel.conv_filter_gradient ins(%y, %g) outs(%dw) {...} : ...
    kernel.map ins(%x, %y, %g) outs(%dx) {...} : ...
    ==>
    kernel.map ins(%x, %s) outs(%y) {...} : ...
    kernel.conv ins(%y, %w, %b) outs(%z) {...} : ...
    %y0 = kernel.buffer : ...
    kernel.map ins(%x, %s) outs(%y0) {...} : ...
    kernel.conv_filter_gradient ins(%y0, %g) outs(%dw) {...} : ...
    %y1 = kernel.buffer : ...
    kernel.map ins(%x, %s) outs(%y1) {...} : ...
    kernel.map ins(%x, %y1, %g) outs(%dx) {...} : ...
    ```
  }];
  let statistics = [
    Statistic<"numRecomputed", "recomputed", "Maps that are computed again">
  ];
  let dependentDialects = ["::resnetc::kernel::KernelDialect"];
}

def KernelSelectImplicitGemm
    : Pass<"kernel-select-implicit-gemm", "::mlir::func::FuncOp"> {
  let summary = "Choose how a GPU computes each convolution";
  let description = [{
    Sets `gemm` of convolutions that have none: tiles as large as leave every
    multiprocessor some for `batch` images, and the matrix unit that the types
    and the GPU admit.

    ```mlir
    kernel.conv ins(%x, %w, %b) outs(%y) {...} : memref<1x58x58x64xf16>, ...
    ==>
    kernel.conv ins(%x, %w, %b) outs(%y) {...,
      gemm = #kernel.implicit_gemm<mma, pixels = 128, channels = 64, warps = 2 x 2, stages = 3>} : ...
    ```
  }];
  let options = [
    Option<"chip", "chip", "std::string", /*default=*/"\"sm_80\"",
           "The GPU, as LLVM names it">,
    Option<"batch", "batch", "int64_t", /*default=*/"32",
           "How many images a run mostly has">,
    Option<"tile", "tile", "std::string", /*default=*/"",
           "Take this for all convolutions instead, written as in the "
           "attribute; for measuring">
  ];
  let dependentDialects = ["::resnetc::kernel::KernelDialect"];
}

def KernelKeepHalos : Pass<"kernel-keep-halos", "::mlir::func::FuncOp"> {
  let summary = "Zero halos once instead of in every run";
  let description = [{
    A buffer with a halo becomes `zeroed`, and `kernel.fill_halo` goes. Buffers
    of one type and one halo that do not live at the same time become one. It is
    for GPUs, which have the memory, and where each step costs a launch.

    ```mlir
    %0 = kernel.buffer : memref<1x58x58x64xf16>
    kernel.fill_halo outs(%0) {offset = array<i64: 1, 1>, size = array<i64: 56, 56>} : memref<1x58x58x64xf16>
    ==>
    %0 = kernel.buffer zeroed : memref<1x58x58x64xf16>
    ```
  }];
  let statistics = [
    Statistic<"numShared", "shared", "Buffers that took another's place">
  ];
  let dependentDialects = ["::resnetc::kernel::KernelDialect"];
}

def KernelPackWeights : Pass<"kernel-pack-weights", "::mlir::func::FuncOp"> {
  let summary = "Put weights into the order in which kernels read them";
  let description = [{
    Replaces the weight and bias of every scheduled `kernel.conv` by packed
    ones, and flushes subnormal elements to zero: they slow multiply-adds by an
    order of magnitude and carry nothing.

    ```mlir
    %w = kernel.weight dense_resource<w> : tensor<64x64x3x3xf32> -> memref<64x64x3x3xf32>
    kernel.conv ins(%x, %w, %b) ...
    ==>
    %w = kernel.weight dense_resource<packed> : tensor<36864xf32> -> memref<36864xf32>
    kernel.conv ins(%x, %w, %b) ...
    ```

    A weight in memory, which a network in training learns, is packed by a step
    of its own, a kernel.generic, as soon as it is there.
  }];
  let options = [
    Option<"release", "release", "bool", "false",
           "Free the memory of each constant as soon as it is packed; nothing "
           "outside of the function may use it">
  ];
  let statistics = [
    Statistic<"numFlushed", "flushed", "Subnormal weights flushed to zero">
  ];
  let dependentDialects = [
    "::resnetc::kernel::KernelDialect", "::mlir::arith::ArithDialect",
    "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect"
  ];
}

def KernelUpdateInPlace
    : Pass<"kernel-update-in-place", "::mlir::func::FuncOp"> {
  let summary = "Let results be written over the arguments they replace";
  let description = [{
    An argument with `kernel.updates` is a result in the memory of another
    argument. Where that is still read when the result is written, the result
    gets a buffer of its own, which is copied in the end.

    ```mlir
    func.func @net(%old: memref<4xf32>, %next: memref<4xf32> {kernel.updates = 0 : i64}) {
      kernel.fill outs(%next) : memref<4xf32>
      kernel.generic "read" ins(%old : memref<4xf32>) ...
    ==>
      %0 = kernel.buffer : memref<4xf32>
      kernel.fill outs(%0) : memref<4xf32>
      kernel.generic "read" ins(%old : memref<4xf32>) ...
      kernel.generic "copy" ins(%0 : memref<4xf32>) outs(%next : memref<4xf32>) ...
    ```
  }];
  let statistics = [
    Statistic<"numCopied", "copied", "Results that are copied">
  ];
  let dependentDialects = [
    "::resnetc::kernel::KernelDialect", "::mlir::arith::ArithDialect",
    "::mlir::scf::SCFDialect"
  ];
}

def KernelPlanMemory : Pass<"kernel-plan-memory", "::mlir::func::FuncOp"> {
  let summary = "Place buffers in the workspace and weights in their section";
  let description = [{
    First lets results take over the buffers of operands that die with them,
    where the operation allows it (a residual sum is computed in place). Then
    places the buffers, largest first, each as low as those it lives together
    with allow; and the weights, one after the other. All offsets are multiples
    of 64 bytes. The function gets the sizes as `kernel.workspace_bytes` (for
    one image), `kernel.shared_bytes`, `kernel.local_bytes` and
    `kernel.weight_bytes`.

    Local is a buffer that is written and read between two steps for which all
    images wait: a thread that takes its images through these steps, one after
    the other, needs one, which stays in its caches. With `gpu` none is, since
    there a step computes all images.

    ```mlir
    %0 = kernel.buffer : memref<8x58x58x8xf32>
    ==>
    %0 = kernel.buffer offset 0 : memref<8x58x58x8xf32>
    ```
  }];
  let statistics = [
    Statistic<"numInPlace", "in-place", "Results computed in place">
  ];
  let options = [
    Option<"gpu", "gpu", "bool", /*default=*/"false",
           "Whether a step computes all images before the next">
  ];
  let dependentDialects = ["::resnetc::kernel::KernelDialect"];
}

def KernelApproximateMath : Pass<"kernel-approximate-math"> {
  let summary = "Compute functions of f32 by arithmetic";
  let description = [{
    Exponentials, logarithms, the hyperbolic tangent and the error function of
    f32 become polynomials, which vectors can be computed with; calls of the C
    library take one element at a time. Infinities and what is no number keep
    their meaning. Other functions and types stay calls.

    ```mlir
    %y = math.tanh %x : vector<8xf32>
    ==>
    %limited = arith.minimumf ...
    %0 = math.fma %limited, ...
    %y = arith.divf ...
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::math::MathDialect",
                           "::mlir::vector::VectorDialect"];
}

#endif // RESNETC_DIALECT_KERNEL_TRANSFORMS_PASSES_TD
