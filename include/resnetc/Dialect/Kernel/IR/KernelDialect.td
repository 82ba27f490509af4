//===- KernelDialect.td - The kernel dialect ------------- -*- tablegen -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DIALECT_KERNEL_IR_KERNELDIALECT_TD
#define RESNETC_DIALECT_KERNEL_IR_KERNELDIALECT_TD

include "mlir/IR/OpBase.td"

def Kernel_Dialect : Dialect {
  let name = "kernel";
  let summary = "How a residual network is computed: memory and schedules";
  let description = [{
    A function at this level computes one image: memrefs have static shapes
    and no batch dimension; the batch is the runtime's loop. Activations are
    blocked, `C/b x H x W x b` (`NCHW8c` for b = 8), or planar, `C x H x W`.

    Geometry is explicit. An operation names the element of each buffer its
    window starts at (`input_offset`, `output_offset`, ...), so kernels know
    neither padding nor halos: a convolution with `pads = 1` on a buffer with a
    halo of 1 has `input_offset = [0, 0]`.

    Every computation divides into independent work units, numbered in the
    order that its schedule gives; a thread computes a range of them.
  }];
  let cppNamespace = "::resnetc::kernel";
  let useDefaultAttributePrinterParser = 1;
  let dependentDialects = ["::mlir::memref::MemRefDialect"];
}

#endif // RESNETC_DIALECT_KERNEL_IR_KERNELDIALECT_TD
