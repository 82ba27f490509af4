//===- KernelOps.td - Operations of the kernel dialect --- -*- tablegen -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Groups under a banner; within a group alphabetical.
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DIALECT_KERNEL_IR_KERNELOPS_TD
#define RESNETC_DIALECT_KERNEL_IR_KERNELOPS_TD

include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "resnetc/Dialect/Kernel/IR/KernelAttrs.td"
include "resnetc/Dialect/Kernel/IR/KernelInterfaces.td"

class Kernel_Op<string mnemonic, list<Trait> traits = []>
    : Op<Kernel_Dialect, mnemonic, traits>;

class Kernel_ComputeOp<string mnemonic, list<Trait> traits = [],
                       list<string> overrides = []>
    : Kernel_Op<mnemonic, traits # [
        DeclareOpInterfaceMethods<Kernel_ComputeOpInterface,
          ["getNumUnits", "getKernelName"] # overrides>]>;

/// Signed, unlike I64Attr's getters.
def Kernel_IntAttr
    : TypedSignlessIntegerAttrBase<I64, "int64_t", "64-bit integer attribute">;

def Kernel_Buffer : StaticShapeMemRefOf<[AnyType]>;
def Kernel_Read : Arg<Kernel_Buffer, "", [MemRead]>;
def Kernel_Write : Arg<Kernel_Buffer, "", [MemWrite]>;

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

def Kernel_BufferOp : Kernel_Op<"buffer"> {
  let summary = "Memory for one activation";
  let description = [{
    `kernel-plan-memory` gives it an `offset`, in bytes, into what the workspace
    holds of one image; buffers that live at the same time do not overlap. What
    is `shared` is there once for the batch, in a part of its own; so is what is
    `local`: nobody reads it after a thread has taken an image through the steps
    around it, and the thread's next image may have it. What is `zeroed` is zero
    before the first run, and nothing else lies there: so it is still, after any
    run, where no step writes.

    ```mlir
    %0 = kernel.buffer : memref<8x58x58x8xf32>
    %0 = kernel.buffer offset 4096 : memref<8x58x58x8xf32>
    %1 = kernel.buffer shared : memref<64xf32>
    ```
  }];
  let arguments = (ins OptionalAttr<Kernel_IntAttr>:$offset, UnitAttr:$shared,
                       UnitAttr:$local, UnitAttr:$zeroed);
  let results = (outs Res<Kernel_Buffer, "", [MemAlloc]>:$result);
  let assemblyFormat = [{
    (`shared` $shared^)? (`local` $local^)? (`zeroed` $zeroed^)?
    (`offset` $offset^)? attr-dict `:` type($result)
  }];
}

def Kernel_ViewOp : Kernel_Op<"view", [Pure]> {
  let summary = "The same memory under another shape";
  let description = [{
    Both types have the same number of elements, densely laid out.

    ```mlir
    %1 = kernel.view %0 : memref<64x1x1x8xf32> to memref<512xf32>
    ```
  }];
  let arguments = (ins Kernel_Buffer:$source);
  let results = (outs Kernel_Buffer:$result);
  let assemblyFormat = "$source attr-dict `:` type($source) `to` type($result)";
  let hasVerifier = 1;
}

def Kernel_WeightOp : Kernel_Op<"weight", [Pure, ConstantLike]> {
  let summary = "Constant data in the object's read-only section";
  let description = [{
    `kernel-plan-memory` gives it an `offset`, in bytes, into the section.

    ```mlir
    %w = kernel.weight dense_resource<w> : tensor<36864xf32> -> memref<36864xf32>
    ```
  }];
  let arguments = (ins ElementsAttr:$value, OptionalAttr<Kernel_IntAttr>:$offset);
  let results = (outs Kernel_Buffer:$result);
  let assemblyFormat = "$value (`offset` $offset^)? attr-dict `->` type($result)";
  let hasFolder = 1;
}

//===----------------------------------------------------------------------===//
// Computation
//===----------------------------------------------------------------------===//

def Kernel_ConvOp : Kernel_ComputeOp<"conv", [
    DeclareOpInterfaceMethods<Kernel_PackWeightsOpInterface,
                              ["getPackedWeightType"]>], [
    "getNumMacs", "prefersImagesInnermost", "canReuseForOutput"]> {
  let summary = "Convolution on blocked memory";
  let description = [{
    ```
    output[m, h + oo0, w + oo1] = activation(bias[m] + residual[m, h + ro0, w + ro1]
      + sum over c, i, j of weight[m, c, i, j]
        * input[c, h * s0 + i * d0 + io0, w * s1 + j * d1 + io1])
    ```
    for h, w within `output_size`; `io`, `oo`, `ro` are the offsets, s the
    strides, d the dilations, and c runs over the channels of m's group. The
    input is blocked (rank 4), or planar (rank 3, one group) for the few
    channels of a stem. Output and residual are blocked.

    `weight` is M x C/group x kH x kW as ONNX has it and `bias` M, until
    `kernel-pack-weights` replaces them: then `weight` is one run of memory in
    the order the schedule's inner loops read it, channels padded with zeros to
    whole blocks, and `bias` padded likewise.

    All buffers but `bias` may be bf16 instead of f32. Sums are f32; those of a
    bf16 output are rounded to nearest even. The weights of a bf16 input are
    packed as bf16, too, except for the algorithms that compute with f32.

    On a GPU `gemm` takes the place of `schedule`, and buffers may be f16. The
    weights are then the rows of a matrix, one for each output channel, as
    `GemmTiling` says.

    ```mlir
    kernel.conv ins(%x, %w, %b) residual(%s) outs(%y)
      {activation = #kernel.activation<relu>, kernel_shape = array<i64: 3, 3>, ...,
       schedule = #kernel.schedule<direct, pixels = 6, oc_blocks = 2, rows = 8>}
      : memref<8x58x58x8xf32>, memref<36864xf32>, memref<64xf32>,
        memref<8x56x56x8xf32>, memref<8x56x56x8xf32>
    ```
  }];
  let arguments = (ins
    Kernel_Read:$input, Kernel_Read:$weight, Kernel_Read:$bias,
    Optional<Kernel_Buffer>:$residual, Kernel_Write:$output,
    DenseI64ArrayAttr:$kernel_shape, DenseI64ArrayAttr:$strides,
    DenseI64ArrayAttr:$dilations, Kernel_IntAttr:$group,
    Kernel_IntAttr:$input_channels, Kernel_IntAttr:$output_channels,
    DenseI64ArrayAttr:$output_size,
    DenseI64ArrayAttr:$input_offset, DenseI64ArrayAttr:$output_offset,
    DefaultValuedAttr<DenseI64ArrayAttr, "{0, 0}">:$residual_offset,
    DefaultValuedAttr<Kernel_ActivationAttr, "Activation::none">:$activation,
    OptionalAttr<Kernel_ScheduleAttr>:$schedule,
    OptionalAttr<Kernel_ImplicitGemmAttr>:$gemm);
  let assemblyFormat = [{
    `ins` `(` $input `,` $weight `,` $bias `)` (`residual` `(` $residual^ `)`)?
    `outs` `(` $output `)` attr-dict `:` type($input) `,` type($weight) `,`
    type($bias) (`,` type($residual)^)? `->` type($output)
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// Channels that lie together: lanes of a vector.
    int64_t getBlock() {
      return ::llvm::cast<::mlir::MemRefType>(getOutput().getType()).getDimSize(3);
    }
    bool isPlanar() {
      return ::llvm::cast<::mlir::MemRefType>(getInput().getType()).getRank() == 3;
    }
    /// Whether bf16 inputs can be multiplied in pairs: two channels of a block;
    /// or two columns, which a planar input has side by side if they are not
    /// dilated, and one more behind the last.
    bool admitsPairs();
    /// Whether two inputs' weights lie together when packed, as bf16: where the
    /// input is bf16 and not computed with as f32.
    bool hasPairs(Algorithm algorithm);
    /// Whether Winograd's algorithm applies: to 3x3 convolutions of stride 1.
    bool admitsWinograd();
    /// Whether tiles of `outputs` results a side stay within the input, or it
    /// can be widened for them.
    bool hasRoomForWinograd(int64_t outputs);
    /// Of the schedule, which there is: whether it is Winograd's algorithm, and
    /// the side of its tiles.
    bool isWinograd() { return getWinogradOutputs() != 0; }
    int64_t getWinogradOutputs();
  }];
}

def Kernel_ConvFilterGradientOp : Kernel_ComputeOp<"conv_filter_gradient", [], [
    "getNumMacs", "prefersImagesInnermost"]> {
  let summary = "Adds the gradient of a convolution's weight";
  let description = [{
    ```
    output[m, c, i, j] += sum over h, w of gradient[m, h + go0, w + go1]
      * input[c, h * s0 + i * d0 + io0, w * s1 + j * d1 + io1]
    ```
    for h, w within `gradient_size` and the channels c of m's group. The gradient
    is blocked; the input too, or planar (rank 3, one group).

    The output is shared by all images, one run of memory: for each unit its
    vectors of sums, a lane an output channel. A unit is, outermost first, a
    block of output channels, a block of input channels, and a tap, and has a
    vector for each lane of the input's block; of a planar input, a block of
    output channels, a group of `planesPerUnit` channels, and a row of taps, and
    has a vector for each channel and tap. Lanes of what is no channel, or not
    of m's group, are anything.

    With `dot`, which needs blocked buffers of bf16, two neighbouring columns are
    multiplied and summed up in f32 by one instruction.

    ```mlir
    kernel.conv_filter_gradient ins(%x, %g) outs(%dw)
      {dilations = array<i64: 1, 1>, gradient_offset = array<i64: 0, 0>,
       gradient_size = array<i64: 56, 56>, group = 1 : i64, input_offset = array<i64: 0, 0>,
       kernel_shape = array<i64: 3, 3>, strides = array<i64: 1, 1>}
      : memref<4x58x58x16xf32>, memref<4x56x56x16xf32> -> memref<36864xf32>
    ```
  }];
  let arguments = (ins
    Kernel_Read:$input, Kernel_Read:$gradient,
    Arg<Kernel_Buffer, "", [MemRead, MemWrite]>:$output,
    DenseI64ArrayAttr:$kernel_shape, DenseI64ArrayAttr:$strides,
    DenseI64ArrayAttr:$dilations, Kernel_IntAttr:$group,
    DenseI64ArrayAttr:$gradient_size, DenseI64ArrayAttr:$gradient_offset,
    DenseI64ArrayAttr:$input_offset, UnitAttr:$dot);
  let assemblyFormat = [{
    `ins` `(` $input `,` $gradient `)` `outs` `(` $output `)` attr-dict
    `:` type($input) `,` type($gradient) `->` type($output)
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    bool isPlanar() {
      return ::llvm::cast<::mlir::MemRefType>(getInput().getType()).getRank() == 3;
    }
    /// Whether two columns may be multiplied at once.
    bool admitsDot();
  }];
}

def Kernel_WinogradInputOp : Kernel_ComputeOp<"winograd_input"> {
  let summary = "Input tiles of a convolution by Winograd's algorithm";
  let description = [{
    For tile t of `tiles` (rows x columns) and each channel, B^T d B, where d is
    the (m + 2) x (m + 2) elements from row `io0 + m * (t / columns)` and column
    `io1 + m * (t % columns)` of the input, and m is `outputs`, 2 or 4.

    The output is S x (m + 2)^2 x N x b: the tiles are split evenly into S
    register tiles of at most P, and the N vectors of each are P for each block
    of channels, then padding. An odd number of cache lines keeps the points
    that are written together from sharing a few sets of a cache.

    ```mlir
    kernel.winograd_input ins(%x) outs(%v)
      {input_offset = array<i64: 0, 0>, outputs = 4 : i64, tiles = array<i64: 14, 14>}
      : memref<8x58x58x8xf32> -> memref<33x36x50x8xf32>
    ```
  }];
  let arguments = (ins
    Kernel_Read:$input, Kernel_Write:$output, Kernel_IntAttr:$outputs,
    DenseI64ArrayAttr:$tiles, DenseI64ArrayAttr:$input_offset);
  let assemblyFormat = [{
    `ins` `(` $input `)` `outs` `(` $output `)` attr-dict
    `:` type($input) `->` type($output)
  }];
  let hasVerifier = 1;
}

def Kernel_WinogradConvOp : Kernel_ComputeOp<"winograd_conv", [
    AttrSizedOperandSegments, DeclareOpInterfaceMethods<Kernel_PackWeightsOpInterface>], [
    "getNumMacs", "canReuseForOutput"]> {
  let summary = "Convolution of transformed tiles by Winograd's algorithm";
  let description = [{
    The products of tiles that kernel.winograd_input has made with weights,
    summed over channels, and their output transform; bias, residual and
    activation as in `kernel.conv`.

    `weight` is M x C x 3 x 3 and `bias` M, until `kernel-pack-weights` replaces
    them by G g G^T, in the order in which the kernel reads it.

    ```mlir
    kernel.winograd_conv ins(%v, %u, %b) outs(%y)
      {input_channels = 64 : i64, output_channels = 64 : i64, outputs = 4 : i64,
       output_offset = array<i64: 1, 1>, output_size = array<i64: 56, 56>,
       schedule = #kernel.schedule<winograd_f4, pixels = 6, oc_blocks = 2, rows = 4>}
      : memref<33x36x50x8xf32>, memref<147456xf32>, memref<64xf32> -> memref<8x58x58x8xf32>
    ```

    With an `image` it is the fused form of the algorithm: it makes the tiles
    itself, as kernel.winograd_input does from `input_offset` of the image, and
    `input` is memory for them. It has room for all, but each range of units that
    is computed at once uses only the part of its first unit, again and again,
    so that the tiles stay in the cache of the thread that made them.

    ```mlir
    kernel.winograd_conv ins(%v, %u, %b) image(%x : memref<8x58x58x8xf32>) outs(%y)
      {input_channels = 64 : i64, output_channels = 64 : i64, outputs = 4 : i64,
       input_offset = array<i64: 0, 0>,
       output_offset = array<i64: 1, 1>, output_size = array<i64: 56, 56>,
       schedule = #kernel.schedule<fused_winograd_f4, pixels = 6, oc_blocks = 2, rows = 4>}
      : memref<33x36x50x8xf32>, memref<147456xf32>, memref<64xf32> -> memref<8x58x58x8xf32>
    ```
  }];
  let arguments = (ins
    Arg<Kernel_Buffer, "", [MemRead, MemWrite]>:$input, Kernel_Read:$weight,
    Kernel_Read:$bias, Optional<Kernel_Buffer>:$image,
    Optional<Kernel_Buffer>:$residual, Kernel_Write:$output,
    Kernel_IntAttr:$outputs, Kernel_IntAttr:$input_channels,
    Kernel_IntAttr:$output_channels, DenseI64ArrayAttr:$output_size,
    DefaultValuedAttr<DenseI64ArrayAttr, "{0, 0}">:$input_offset,
    DenseI64ArrayAttr:$output_offset,
    DefaultValuedAttr<DenseI64ArrayAttr, "{0, 0}">:$residual_offset,
    DefaultValuedAttr<Kernel_ActivationAttr, "Activation::none">:$activation,
    Kernel_ScheduleAttr:$schedule);
  let assemblyFormat = [{
    `ins` `(` $input `,` $weight `,` $bias `)`
    (`image` `(` $image^ `:` type($image) `)`)? (`residual` `(` $residual^ `)`)?
    `outs` `(` $output `)` attr-dict `:` type($input) `,` type($weight) `,`
    type($bias) (`,` type($residual)^)? `->` type($output)
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// Channels that lie together: lanes of a vector.
    int64_t getBlock() {
      return ::llvm::cast<::mlir::MemRefType>(getOutput().getType()).getDimSize(3);
    }
    bool isFused() { return getImage() != nullptr; }
  }];
}

def Kernel_WinogradGradientOp : Kernel_ComputeOp<"winograd_gradient"> {
  let summary = "Gradient tiles for that of a filter by Winograd's algorithm";
  let description = [{
    As kernel.winograd_input, but of each tile A g A^T, where g is the m x m
    elements from row `io0 + m * (t / columns)` and column
    `io1 + m * (t % columns)`.

    ```mlir
    kernel.winograd_gradient ins(%g) outs(%v)
      {input_offset = array<i64: 0, 0>, outputs = 4 : i64, tiles = array<i64: 14, 14>}
      : memref<4x56x56x16xf32> -> memref<1x36x785x16xf32>
    ```
  }];
  let arguments = (ins
    Kernel_Read:$input, Kernel_Write:$output, Kernel_IntAttr:$outputs,
    DenseI64ArrayAttr:$tiles, DenseI64ArrayAttr:$input_offset);
  let assemblyFormat = [{
    `ins` `(` $input `)` `outs` `(` $output `)` attr-dict
    `:` type($input) `->` type($output)
  }];
  let hasVerifier = 1;
}

def Kernel_WinogradFilterProductsOp
    : Kernel_ComputeOp<"winograd_filter_products", [],
                       ["getNumMacs", "prefersImagesInnermost"]> {
  let summary = "Adds the products of input and gradient tiles";
  let description = [{
    For each point p, block of output channels m and of input channels c, and
    channels k of c and l of m

    ```
    output[p, m, c, k, l] += sum over tiles t of input[0, p, c * tiles + t, k]
      * gradient[0, p, m * tiles + t, l]
    ```
    where kernel.winograd_input and kernel.winograd_gradient have made the tiles.
    The output is shared by all images. This is the transpose of the bilinear
    algorithm of the convolution (Winograd, "Arithmetic Complexity of
    Computations", 1980): with its matrices B, A and G the gradient of a filter is
    the sum of G^T [(B^T d B) * (A g A^T)] G over the tiles.

    ```mlir
    kernel.winograd_filter_products ins(%d, %g) outs(%u) {tiles = 196 : i64}
      : memref<1x36x785x16xf32>, memref<1x36x785x16xf32> -> memref<36x4x4x16x16xf32>
    ```
  }];
  let arguments = (ins
    Kernel_Read:$input, Kernel_Read:$gradient,
    Arg<Kernel_Buffer, "", [MemRead, MemWrite]>:$output, Kernel_IntAttr:$tiles);
  let assemblyFormat = [{
    `ins` `(` $input `,` $gradient `)` `outs` `(` $output `)` attr-dict
    `:` type($input) `,` type($gradient) `->` type($output)
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// Blocks of input channels that a unit takes: a divisor of all.
    int64_t getBlocksOfUnit();
  }];
}

def Kernel_WinogradFilterOp : Kernel_ComputeOp<"winograd_filter"> {
  let summary = "The gradient of a filter from products of tiles";
  let description = [{
    G^T u G for each pair of channels of what kernel.winograd_filter_products
    has summed; the output is in the order of kernel.conv_filter_gradient.

    ```mlir
    kernel.winograd_filter ins(%u) outs(%dw) {outputs = 4 : i64}
      : memref<36x4x4x16x16xf32> -> memref<36864xf32>
    ```
  }];
  let arguments = (ins Kernel_Read:$input, Kernel_Write:$output,
                       Kernel_IntAttr:$outputs);
  let assemblyFormat = [{
    `ins` `(` $input `)` `outs` `(` $output `)` attr-dict
    `:` type($input) `->` type($output)
  }];
  let hasVerifier = 1;
}

def Kernel_CopyOp : Kernel_ComputeOp<"copy"> {
  let summary = "Strided copy between layouts, with a fill value outside";
  let description = [{
    ```
    output[c + oo0, h + oo1, w + oo2] = input[c * s0 + io0, h * s1 + io1, w * s2 + io2]
    ```
    for c, h, w within `size`, or `fill` where the input's index is outside
    `input_size` (channels, rows, columns). The input's element [0, 0, 0] is in
    row and column `input_base` of its buffer.
    Each side is blocked (rank 4), planar (rank 3), or the input `nhwc` (rank
    3, H x W x C). It is what reorders, slices, channel paddings and transposes
    of images become.

    ```mlir
    kernel.copy ins(%x) outs(%y) {size = array<i64: 3, 224, 224>, ...}
      : memref<3x224x224xf32> -> memref<3x230x230xf32>
    ```
  }];
  let arguments = (ins
    Kernel_Read:$input, Kernel_Write:$output, DenseI64ArrayAttr:$size,
    DenseI64ArrayAttr:$input_size,
    DenseI64ArrayAttr:$input_offset, DenseI64ArrayAttr:$output_offset,
    DefaultValuedAttr<DenseI64ArrayAttr, "{1, 1, 1}">:$steps,
    DefaultValuedAttr<F32Attr, "0.0f">:$fill,
    DefaultValuedAttr<DenseI64ArrayAttr, "{0, 1, 2}">:$input_perm,
    DefaultValuedAttr<DenseI64ArrayAttr, "{0, 0}">:$input_base);
  let assemblyFormat = [{
    `ins` `(` $input `)` `outs` `(` $output `)` attr-dict
    `:` type($input) `->` type($output)
  }];
  let hasVerifier = 1;
}

def Kernel_FillOp : Kernel_ComputeOp<"fill"> {
  let summary = "Zeros in a buffer";
  let description = [{
    Of shared memory it is what sums over the images start with.

    ```mlir
    kernel.fill outs(%0) : memref<64x3x7x7xf32>
    ```
  }];
  let arguments = (ins Kernel_Write:$output);
  let assemblyFormat = "`outs` `(` $output `)` attr-dict `:` type($output)";
  let extraClassDeclaration = [{
    /// The last unit may have fewer.
    static constexpr int64_t elementsPerUnit = 4096;
  }];
}

def Kernel_FillHaloOp : Kernel_ComputeOp<"fill_halo"> {
  let summary = "Zeros around each plane of a buffer";
  let description = [{
    Writes what lies outside the `size` elements from `offset` of each plane.
    Disjoint from what computes the inside, so no order is needed between them.

    ```mlir
    kernel.fill_halo outs(%0) {offset = array<i64: 1, 1>, size = array<i64: 56, 56>}
      : memref<8x58x58x8xf32>
    ```
  }];
  let arguments = (ins Kernel_Write:$output, DenseI64ArrayAttr:$offset,
                       DenseI64ArrayAttr:$size);
  let assemblyFormat = "`outs` `(` $output `)` attr-dict `:` type($output)";
  let hasVerifier = 1;
}

def Kernel_GenericOp : Kernel_ComputeOp<"generic", [
    SingleBlock, IsolatedFromAbove, AttrSizedOperandSegments],
    ["getNumOutputs"]> {
  let summary = "Any computation, as code on memory";
  let description = [{
    For what has no kernel of its own. The body computes units [`begin`, `end`)
    of `units`; its arguments are the inputs, the outputs, `begin` and `end`.
    What units write must not overlap. `name` says what it computes, in the
    names of kernels. Where processes train together, an output that is
    `all_reduce` is added up over them when it is computed.

    ```mlir
    kernel.generic "neg" ins(%x : memref<4x8xf64>) outs(%y : memref<4x8xf64>) units 4 {
    ^bb0(%in: memref<4x8xf64>, %out: memref<4x8xf64>, %begin: index, %end: index):
      ...
      kernel.yield
    }
    ```
  }];
  let arguments = (ins StrAttr:$name,
                       Arg<Variadic<Kernel_Buffer>, "", [MemRead]>:$inputs,
                       Arg<Variadic<Kernel_Buffer>, "", [MemWrite]>:$outputs,
                       Kernel_IntAttr:$units, UnitAttr:$all_reduce);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $name (`ins` `(` $inputs^ `:` type($inputs) `)`)?
    `outs` `(` $outputs `:` type($outputs) `)` `units` $units
    attr-dict-with-keyword $body
  }];
  let hasVerifier = 1;
}

def Kernel_MapOp : Kernel_ComputeOp<"map", [
    SingleBlock], ["canReuseForOutput"]> {
  let summary = "An elementwise function of blocked or planar buffers";
  let description = [{
    The body computes one element of `output` from one element of each input.
    Inputs have the output's rank or less; `offsets` has, for each operand in
    turn (the output last), the row and column its data starts at. An input
    dimension of size 1 is broadcast. The innermost dimension is vectorized.

    ```mlir
    kernel.map ins(%x, %scale) outs(%y) {...}
      : memref<8x56x56x8xf32>, memref<8x1x1x8xf32> -> memref<8x58x58x8xf32> {
    ^bb0(%a: f32, %b: f32):
      %0 = arith.mulf %a, %b : f32
      kernel.yield %0 : f32
    }
    ```
  }];
  let arguments = (ins Arg<Variadic<Kernel_Buffer>, "", [MemRead]>:$inputs,
                       Kernel_Write:$output,
                       DenseI64ArrayAttr:$size, DenseI64ArrayAttr:$offsets);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    `ins` `(` $inputs `)` `outs` `(` $output `)` attr-dict `:` type($inputs)
    `->` type($output) $body
  }];
  let hasVerifier = 1;
}

def Kernel_YieldOp : Kernel_Op<"yield", [Pure, Terminator,
                                         ParentOneOf<["GenericOp", "MapOp",
                                                       "PlaneMeansOp"]>]> {
  let summary = "The elements that a body computes; a generic's end";
  let arguments = (ins Variadic<AnyType>:$values);
  let assemblyFormat = "($values^ `:` type($values))? attr-dict";
}

def Kernel_PlaneMeansOp : Kernel_ComputeOp<"plane_means", [
    SingleBlock, AttrSizedOperandSegments], ["getNumOutputs"]> {
  let summary = "Means over planes of elementwise functions of blocked buffers";
  let description = [{
    The body computes, from one element of each input, one element for each
    output; the output is its mean over the rows and columns of `size`. Inputs,
    and `offsets` for each of them, are as those of `kernel.map`.

    ```mlir
    kernel.plane_means ins(%g, %x) outs(%sum, %dot) {...}
      : memref<4x8x8x16xf32>, memref<4x8x8x16xf32>
      -> memref<4x1x1x16xf32>, memref<4x1x1x16xf32> {
    ^bb0(%a: f32, %b: f32):
      %0 = arith.mulf %a, %b : f32
      kernel.yield %a, %0 : f32, f32
    }
    ```
  }];
  let arguments = (ins Arg<Variadic<Kernel_Buffer>, "", [MemRead]>:$inputs,
                       Arg<Variadic<Kernel_Buffer>, "", [MemWrite]>:$outputs,
                       DenseI64ArrayAttr:$size, DenseI64ArrayAttr:$offsets);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    `ins` `(` $inputs `)` `outs` `(` $outputs `)` attr-dict `:` type($inputs)
    `->` type($outputs) $body
  }];
  let hasVerifier = 1;
}

def Kernel_PoolOp : Kernel_ComputeOp<"pool"> {
  let summary = "Largest or mean element of each window, on blocked memory";
  let description = [{
    Windows are clipped to the input's `input_size` elements from
    `input_offset`; window h starts at row `h * s0 - pads[0]`. With
    `count_include_pad` the mean's divisor counts `pads` too.

    ```mlir
    kernel.pool max ins(%x) outs(%y) {kernel_shape = array<i64: 3, 3>, ...}
      : memref<8x112x112x8xf32> -> memref<8x56x56x8xf32>
    ```
  }];
  let arguments = (ins
    Kernel_PoolKindAttr:$kind,
    Kernel_Read:$input, Kernel_Write:$output,
    DenseI64ArrayAttr:$kernel_shape, DenseI64ArrayAttr:$strides,
    DenseI64ArrayAttr:$pads, DenseI64ArrayAttr:$dilations,
    DenseI64ArrayAttr:$input_size, DenseI64ArrayAttr:$output_size,
    DenseI64ArrayAttr:$input_offset, DenseI64ArrayAttr:$output_offset,
    DefaultValuedAttr<BoolAttr, "false">:$count_include_pad);
  let assemblyFormat = [{
    $kind `ins` `(` $input `)` `outs` `(` $output `)` attr-dict
    `:` type($input) `->` type($output)
  }];
  let hasVerifier = 1;
}

def Kernel_SoftmaxOp : Kernel_ComputeOp<"softmax"> {
  let summary = "Softmax along the middle of three dimensions";
  let description = [{
    Both buffers are `outer x axis x inner`.

    ```mlir
    kernel.softmax ins(%x) outs(%y) : memref<1x1000x1xf32> -> memref<1x1000x1xf32>
    ```
  }];
  let arguments = (ins Kernel_Read:$input, Kernel_Write:$output);
  let assemblyFormat = [{
    `ins` `(` $input `)` `outs` `(` $output `)` attr-dict
    `:` type($input) `->` type($output)
  }];
  let hasVerifier = 1;
}

def Kernel_TransposeFilterOp : Kernel_ComputeOp<"transpose_filter"> {
  let summary = "The filters of a transposed convolution as those of one";
  let description = [{
    `output[m, c, i, j] = input[c, m, kH - 1 - i, kW - 1 - j]`. Where only a
    convolution reads it, `kernel-pack-weights` packs from the input instead.

    ```mlir
    kernel.transpose_filter ins(%w) outs(%v) : memref<64x32x3x3xf32> -> memref<32x64x3x3xf32>
    ```
  }];
  let arguments = (ins Kernel_Read:$input, Kernel_Write:$output);
  let assemblyFormat = [{
    `ins` `(` $input `)` `outs` `(` $output `)` attr-dict
    `:` type($input) `->` type($output)
  }];
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Steps
//===----------------------------------------------------------------------===//

def Kernel_LaunchOp : Kernel_Op<"launch", [
    DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "A step of the network: a kernel on its buffers";
  let description = [{
    ```mlir
    kernel.launch @net_conv_f32_direct_3x3_p6_o2(%x, %w, %b, %y) units 224 macs 115605504
      : memref<8x58x58x8xf32>, memref<36864xf32>, memref<64xf32>, memref<8x56x56x8xf32>
    ```

    A step whose operands are all shared is computed `once` for the batch. One
    that adds what it makes of each image to shared memory is a `sum`. Behind one
    that is `all_reduce` the last buffer is added up over processes. With a `grid`
    the kernel is one of a GPU.
  }];
  let arguments = (ins FlatSymbolRefAttr:$callee,
                       Variadic<Kernel_Buffer>:$buffers,
                       Kernel_IntAttr:$units, Kernel_IntAttr:$macs,
                       UnitAttr:$images_innermost, UnitAttr:$no_barrier,
                       UnitAttr:$once, UnitAttr:$sum, UnitAttr:$all_reduce,
                       OptionalAttr<Kernel_GridAttr>:$grid);
  let assemblyFormat = [{
    $callee `(` $buffers `)` `units` $units `macs` $macs attr-dict
    `:` type($buffers)
  }];
}

#endif // RESNETC_DIALECT_KERNEL_IR_KERNELOPS_TD
