//===- ResNetInterfaces.td - Interfaces of resnet ops ----- -*- tablegen -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DIALECT_RESNET_IR_RESNETINTERFACES_TD
#define RESNETC_DIALECT_RESNET_IR_RESNETINTERFACES_TD

include "mlir/IR/OpBase.td"

def ResNet_ReferenceOpInterface : OpInterface<"ReferenceOpInterface"> {
  let cppNamespace = "::resnetc::resnet";
  let description = [{
    An operation that the reference evaluator can run: naive loops in double
    precision. This is the meaning of the operation; folding and tests of
    passes rest on it.
  }];
  let methods = [
    InterfaceMethod<[{
        Computes the results from the operands' values. `results` has one
        tensor a result on entry, with its element type and without a shape.
        Fails, with an error on the operation, for values the operation does
        not accept. Operands are those of `getReferenceOperands`.
      }],
      "::llvm::LogicalResult", "evaluate",
      (ins "::llvm::ArrayRef<const ::resnetc::resnet::ReferenceTensor *>":$operands,
           "::llvm::MutableArrayRef<::resnetc::resnet::ReferenceTensor>":$results)>,
    InterfaceMethod<[{
        The operands as `evaluate` takes them: null for an absent optional one
        that others may follow. An optional last one is left out.
      }],
      "::llvm::SmallVector<::mlir::Value>", "getReferenceOperands", (ins), "", [{
        ::llvm::SmallVector<::mlir::Value> operands($_op->getOperands());
        if constexpr (ConcreteOp::template hasTrait<
                          ::mlir::OpTrait::AttrSizedOperandSegments>()) {
          auto next = operands.begin();
          for (int32_t size : $_op.getProperties().operandSegmentSizes)
            next = (size ? next : operands.insert(next, ::mlir::Value())) + 1;
        }
        return operands;
      }]>
  ];
}

def ResNet_LayoutOpInterface : OpInterface<"LayoutOpInterface"> {
  let cppNamespace = "::resnetc::resnet";
  let description = [{
    An operation that can work on blocks of channels. All others are given
    plain operands and plain results.
  }];
  let methods = [
    InterfaceMethod<[{
        Chooses layouts. `blocks` holds, for each operand, the channels in a
        block of the layout it has now; 0 for constants, and for what has no
        layout (other than 2 or 4 dimensions). `lanes` is the width of a block
        on the target.
      }],
      "::resnetc::resnet::LayoutChoice", "chooseLayout",
      (ins "::llvm::ArrayRef<int64_t>":$blocks, "int64_t":$lanes)>
  ];
}

def ResNet_KernelConversionOpInterface
    : OpInterface<"KernelConversionOpInterface"> {
  let cppNamespace = "::resnetc::resnet";
  let description = [{
    An operation that `convert-resnet-to-kernel` can put on memory. The
    implementations are external models, in lib/Conversion/ResNetToKernel.
  }];
  let methods = [
    InterfaceMethod<[{
        Creates the kernels that compute the results, and tells the builder in
        which buffers these lie. Fails, with an error on the operation, for
        what cannot be computed.
      }],
      "::llvm::LogicalResult", "buildKernels",
      (ins "::resnetc::NetworkBuilder &":$builder)>,
    InterfaceMethod<[{
        Whether operands may be shared by all examples without being constants.
      }], "bool", "acceptsShared", (ins), "", "return false;">,
    InterfaceMethod<[{
        Whether results may be shared by all examples: sums over these.
      }], "bool", "makesShared", (ins), "", "return false;">
  ];
}

def ResNet_ElementOpInterface : OpInterface<"ElementOpInterface"> {
  let cppNamespace = "::resnetc::resnet";
  let description = [{
    An operation that can be computed element by element, by code that loads
    elements of the operands: any shape and element type, plain layouts. It is
    how `convert-resnet-to-kernel` computes what has no kernel of its own. The
    implementations are external models, in lib/Conversion/ResNetToKernel.
  }];
  let methods = [
    InterfaceMethod<[{
        Creates code for the element of a result at the coordinates `at`. Fails,
        with an error on the operation, for what cannot be computed.
      }],
      "::llvm::FailureOr<::mlir::Value>", "buildElement",
      (ins "::resnetc::ElementBuilder &":$builder, "unsigned":$result,
           "::mlir::ValueRange":$at)>,
    InterfaceMethod<[{
        Whether examples of the batch, the first dimension of all tensors that
        are not shared, do not depend on each other.
      }], "bool", "keepsExamples", (ins)>,
    InterfaceMethod<[{
        Whether the result, which is shared, is the sum of what it would be for
        each example alone.
      }], "bool", "sumsExamples", (ins), "", "return false;">
  ];
}

def ResNet_DifferentiableOpInterface
    : OpInterface<"DifferentiableOpInterface"> {
  let cppNamespace = "::resnetc::resnet";
  let description = [{
    An operation through which gradients flow backward: those of any number
    that depends on its results become those with respect to its operands. They
    are made of resnet operations, most of which can be differentiated again.
  }];
  let methods = [
    InterfaceMethod<[{
        Creates the gradients with respect to the operands, in their shapes,
        from those with respect to the results: one an operand, null for one
        that the results do not depend on in a differentiable way (indices,
        axes, shapes). Where there is no derivative it is one from a side, as
        frameworks have it. Fails, with an error on the operation, if what it
        needs is not known.
      }],
      "::llvm::FailureOr<::llvm::SmallVector<::mlir::Value>>", "buildBackward",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::ValueRange":$gradients)>,
    InterfaceMethod<[{
        The numbers of the operands that hold what a network learns: weights,
        biases, scales.
      }],
      "::llvm::SmallVector<unsigned>", "getParameterOperands", (ins), "", [{
        return {};
      }]>,
    InterfaceMethod<[{
        Whether it learns only as the end of a layer: where its other operand is
        the result of an operation that learns. A sum is one; what it adds to a
        convolution is a bias, and to an image a constant.
      }],
      "bool", "endsLayer", (ins), "", [{
        return false;
      }]>
  ];
}

#endif // RESNETC_DIALECT_RESNET_IR_RESNETINTERFACES_TD
