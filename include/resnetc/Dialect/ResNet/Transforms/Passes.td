//===- Passes.td - Passes of the resnet dialect ---------------- -*- tablegen -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In the order of the pipeline.
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DIALECT_RESNET_TRANSFORMS_PASSES_TD
#define RESNETC_DIALECT_RESNET_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def ResNetInferShapes : Pass<"resnet-infer-shapes", "::mlir::func::FuncOp"> {
  let summary = "Makes all shapes known but the batch";
  let description = [{
    Infers result types in order. Where a model computes shapes (`shape`,
    `gather`, `concat`, ...), follows each integer: it is known, or the batch
    (dimension 0 of an input, if dynamic), or unknown. Known integers become
    constants, and so do shapes of `reshape` with the batch in them; what
    computed them is then dead and erased. `auto_pad` is resolved into `pads`.

    It is an error if a shape stays unknown in any dimension but the batch: no
    later pass has to ask.

    ```mlir
    func.func @f(%x: tensor<?x512x7x7xf32>) -> tensor<*xf32> {
      %shape = resnet.shape %x : (tensor<?x512x7x7xf32>) -> tensor<4xi64>
      %zero = resnet.constant dense<0> : tensor<1xi64>
      %n = resnet.gather %shape, %zero : (tensor<4xi64>, tensor<1xi64>) -> tensor<1xi64>
      %rest = resnet.constant dense<25088> : tensor<1xi64>
      %to = resnet.concat %n, %rest {axis = 0 : i64} : (tensor<1xi64>, tensor<1xi64>) -> tensor<2xi64>
      %y = resnet.reshape %x, %to : (tensor<?x512x7x7xf32>, tensor<2xi64>) -> tensor<*xf32>
      return %y : tensor<*xf32>
    }
    // ==>
    func.func @f(%x: tensor<?x512x7x7xf32>) -> tensor<?x25088xf32> {
      %to = resnet.constant dense<[-1, 25088]> : tensor<2xi64>
      %y = resnet.reshape %x, %to : (tensor<?x512x7x7xf32>, tensor<2xi64>) -> tensor<?x25088xf32>
      return %y : tensor<?x25088xf32>
    }
    ```
  }];
  let dependentDialects = ["::resnetc::resnet::ResNetDialect"];
  let statistics = [
    Statistic<"numConstants", "constants",
              "Number of computed shapes that became constants">,
    Statistic<"numAutoPads", "auto-pads", "Number of auto_pads resolved">
  ];
}

#endif // RESNETC_DIALECT_RESNET_TRANSFORMS_PASSES_TD
