//===- ResNetBase.td - What all operations share --------- -*- tablegen -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DIALECT_RESNET_IR_RESNETBASE_TD
#define RESNETC_DIALECT_RESNET_IR_RESNETBASE_TD

include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "resnetc/Dialect/ResNet/IR/ResNetAttrs.td"
include "resnetc/Dialect/ResNet/IR/ResNetInterfaces.td"

/// Result types are inferred: from operands where they say enough, else
/// unranked or with unknown dimensions until `resnet-infer-shapes`.
class ResNet_Op<string mnemonic, list<Trait> traits = []>
    : Op<ResNet_Dialect, mnemonic,
         traits # [Pure, DeclareOpInterfaceMethods<ResNet_ReferenceOpInterface>,
                   InferTypeOpAdaptor]> {
  code compatibleReturnTypes = [{
    /// Shapes may be known better or worse than inference knows them, and
    /// layouts are free.
    static bool isCompatibleReturnTypes(::mlir::TypeRange inferred,
                                        ::mlir::TypeRange actual) {
      return ::resnetc::resnet::areCompatible(inferred, actual);
    }
  }];
  let extraClassDeclaration = compatibleReturnTypes;
}

/// Works on blocks of channels.
def BlockedLayout : DeclareOpInterfaceMethods<ResNet_LayoutOpInterface>;

/// Gradients flow through it.
def Differentiable
    : DeclareOpInterfaceMethods<ResNet_DifferentiableOpInterface>;
/// And it has parameters that are learned; or has them at the end of a layer.
def Learning : DeclareOpInterfaceMethods<ResNet_DifferentiableOpInterface,
                                         ["getParameterOperands"]>;
def LearningAtEnd
    : DeclareOpInterfaceMethods<ResNet_DifferentiableOpInterface,
                                ["getParameterOperands", "endsLayer"]>;

/// Signed, unlike I64Attr's getters.
def ResNet_IntAttr
    : TypedSignlessIntegerAttrBase<I64, "int64_t", "64-bit integer attribute">;

def ResNet_Tensor : TensorOf<[AnyType]>;
def ResNet_FloatTensor : TensorOf<[F16, BF16, F32, F64]>;
def ResNet_ShapeTensor : TensorOf<[I32, I64]>;

#endif // RESNETC_DIALECT_RESNET_IR_RESNETBASE_TD
