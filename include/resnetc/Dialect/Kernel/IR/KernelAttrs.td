//===- KernelAttrs.td - Attributes of the kernel dialect - -*- tablegen -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DIALECT_KERNEL_IR_KERNELATTRS_TD
#define RESNETC_DIALECT_KERNEL_IR_KERNELATTRS_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "resnetc/Dialect/Kernel/IR/KernelDialect.td"

class Kernel_Enum<string name, string summary, list<I32EnumAttrCase> cases>
    : I32EnumAttr<name, summary, cases> {
  let cppNamespace = "::resnetc::kernel";
  let genSpecializedAttr = 0;
}

def Kernel_Activation : Kernel_Enum<"Activation",
    "function applied to each element of a result",
    [I32EnumAttrCase<"none", 0>, I32EnumAttrCase<"relu", 1>]>;
def Kernel_ActivationAttr
    : EnumAttr<Kernel_Dialect, Kernel_Activation, "activation"> {
  let assemblyFormat = "`<` $value `>`";
}

def Kernel_PoolKind : Kernel_Enum<"PoolKind", "what a pool computes of a window",
    [I32EnumAttrCase<"max", 0>, I32EnumAttrCase<"avg", 1>]>;
def Kernel_PoolKindAttr : EnumAttr<Kernel_Dialect, Kernel_PoolKind, "pool"> {
  let assemblyFormat = "`<` $value `>`";
}

def Kernel_Algorithm : Kernel_Enum<"Algorithm", "how a convolution is computed", [
    I32EnumAttrCase<"direct", 0>,
    I32EnumAttrCase<"diagonal", 1>,
    I32EnumAttrCase<"dot", 2>,
    I32EnumAttrCase<"winograd_f2", 3>,
    I32EnumAttrCase<"winograd_f4", 4>,
    I32EnumAttrCase<"fused_winograd_f2", 5>,
    I32EnumAttrCase<"fused_winograd_f4", 6>]>;

def Kernel_ScheduleAttr : AttrDef<Kernel_Dialect, "Schedule"> {
  let mnemonic = "schedule";
  let summary = "How a convolution is computed; chosen once, obeyed by lowerings";
  let description = [{
    - `algorithm`: `direct` holds a tile of results in registers, broadcasts
      one input element and multiplies it with vectors of weights, one lane an
      output channel. `diagonal` is for groups narrower than a vector: a vector
      of input channels, permuted within its groups, times a vector of weights.
      `dot` is `direct` for a blocked input of bf16, with the instruction that
      multiplies pairs of channels and adds both products to a sum of f32.
      `winograd_f2` and `winograd_f4` are Winograd's F(2x2, 3x3) and
      F(4x4, 3x3), for 3x3 convolutions of stride 1, in two steps: the first
      transforms the input, the second multiplies. `fused_winograd_f2` and
      `fused_winograd_f4` are the same in one step.
    - `pixels`, `oc_blocks`: the register tile, in pixels of a row and blocks
      of output channels. A row and the blocks of a group are split as evenly
      as can be into tiles of these sizes and one less.
    - `rows`: how many rows go with one slice of weights before the next slice;
      it divides the number of output rows. All rows: each slice is read once.

    - `depth`: how many blocks of input channels (channels, if planar) go into
      the sums of a whole chunk before the next, so that the first cache holds
      their weights; the output holds the sums meanwhile. 0, which is not
      printed: all of them at once.

    The work units are, outermost first: chunks of `rows` rows, tiles of
    channel blocks, and, without `depth`, rows of the chunk.

    For Winograd's algorithm, `pixels` are tiles of results, and all tiles of an
    image are split as a row is above. `rows` are register tiles of them, which
    are split evenly, too: a unit computes so many of one tile of channel
    blocks, point after point, so that they share the weights of each. The units
    are, outermost first: chunks of register tiles, tiles of channel blocks.
    Fused, a unit is a chunk of register tiles with all channel blocks: it
    transforms its part of the input just before it multiplies it.
  }];
  let parameters = (ins
    EnumParameter<Kernel_Algorithm>:$algorithm,
    "int64_t":$pixels, "int64_t":$oc_blocks, "int64_t":$rows,
    DefaultValuedParameter<"int64_t", "0">:$depth);
  let assemblyFormat = [{
    `<` $algorithm `,` `pixels` `=` $pixels `,` `oc_blocks` `=` $oc_blocks `,`
    `rows` `=` $rows (`,` `depth` `=` $depth^)? `>`
  }];
}

//===----------------------------------------------------------------------===//
// GPUs
//===----------------------------------------------------------------------===//

def Kernel_MatrixUnit : Kernel_Enum<"MatrixUnit", "what multiplies tiles on a GPU", [
    I32EnumAttrCase<"simt", 0>,
    I32EnumAttrCase<"mma", 1>,
    I32EnumAttrCase<"wgmma", 2>]>;

def Kernel_ImplicitGemmAttr : AttrDef<Kernel_Dialect, "ImplicitGemm"> {
  let mnemonic = "implicit_gemm";
  let summary = "How a GPU computes a convolution; chosen once, obeyed by lowerings";
  let description = [{
    A convolution is the product of a matrix of pixels by input channels and
    taps, which is never in memory as a whole, with one of input channels and
    taps by output channels. A thread block computes a tile of the result.

    - `unit`: what multiplies. `simt` are the multiply-adds of each thread,
      of f32; `mma` is `mma.sync` of a warp, `wgmma` that of four warps, both of
      f16 or bf16 with sums of f32.
    - `pixels`, `channels`: the tile of a thread block. Pixels are those of the
      whole batch, one image after the other.
    - `warps`: how many warps split the pixels, and how many the channels.
    - `stages`: how many slices of the inner dimension are in shared memory, of
      which all but one are on their way. With four or more, `wgmma` goes on
      with a slice while the next is prepared, so that all but two are. A slice
      has 128 bytes of each row.
    - `splits`: how many groups of so many warps, with stages of their own, a
      thread block has; each takes every so manieth slice, and in the end their
      sums are added up. It is for long sums of few results.
  }];
  let parameters = (ins
    EnumParameter<Kernel_MatrixUnit>:$unit, "int64_t":$pixels,
    "int64_t":$channels, "int64_t":$pixel_warps, "int64_t":$channel_warps,
    "int64_t":$stages, DefaultValuedParameter<"int64_t", "1">:$splits);
  let assemblyFormat = [{
    `<` $unit `,` `pixels` `=` $pixels `,` `channels` `=` $channels `,`
    `warps` `=` $pixel_warps `x` $channel_warps `,` `stages` `=` $stages
    (`,` `splits` `=` $splits^)? `>`
  }];
}

def Kernel_GridAttr : AttrDef<Kernel_Dialect, "Grid"> {
  let mnemonic = "grid";
  let summary = "How many thread blocks of how many threads a GPU launches";
  let description = [{
    A launch has `columns` times as many thread blocks as it takes to compute
    `items` of each image, `block_items` by each block, for the whole batch; once
    for it where the step says so. A block has `threads` threads and
    `shared_bytes` of shared memory.
  }];
  let parameters = (ins
    "int64_t":$threads, "int64_t":$items, "int64_t":$block_items,
    DefaultValuedParameter<"int64_t", "1">:$columns,
    DefaultValuedParameter<"int64_t", "0">:$shared_bytes);
  let assemblyFormat = [{
    `<` `threads` `=` $threads `,` `items` `=` $items `,`
    `block_items` `=` $block_items (`,` `columns` `=` $columns^)?
    (`,` `shared_bytes` `=` $shared_bytes^)? `>`
  }];
}

#endif // RESNETC_DIALECT_KERNEL_IR_KERNELATTRS_TD
