//===- ResNetElementwiseOps.td - Element by element ------ -*- tablegen -*-===//
//
// Part of resnetc, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef RESNETC_DIALECT_RESNET_IR_RESNETELEMENTWISEOPS_TD
#define RESNETC_DIALECT_RESNET_IR_RESNETELEMENTWISEOPS_TD

include "resnetc/Dialect/ResNet/IR/ResNetBase.td"

/// An element of the result depends on the elements at its place alone, of
/// operands that broadcast to it.
def ResNet_Elementwise : NativeOpTrait<"Elementwise"> {
  let cppNamespace = "::resnetc::resnet::OpTrait";
}

//===----------------------------------------------------------------------===//
// One operand
//===----------------------------------------------------------------------===//

/// `finiteAtZero` says whether the padding of blocks, which is zero, stays
/// finite.
class ResNet_UnaryOp<string mnemonic, string function, string operator,
                     bit finiteAtZero = 1, list<Trait> traits = []>
    : ResNet_Op<mnemonic, traits # [BlockedLayout, ResNet_Elementwise]> {
  let summary = function # " of each element";
  let description = "`" # function # "` (" # operator # [{).

    ```mlir
    %y = resnet.}] # mnemonic # [{ %x : (tensor<?x64x56x56xf32>) -> tensor<?x64x56x56xf32>
    ```
  }];
  let arguments = (ins ResNet_Tensor:$input);
  let results = (outs ResNet_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
  let extraClassDefinition = [{
    ::llvm::LogicalResult $cppClass::inferReturnTypes(
        ::mlir::MLIRContext *, ::std::optional<::mlir::Location>,
        Adaptor adaptor, ::llvm::SmallVectorImpl<::mlir::Type> &types) {
      return addLike(types, adaptor.getInput());
    }
    ::resnetc::resnet::LayoutChoice $cppClass::chooseLayout(
        ::llvm::ArrayRef<int64_t> blocks, int64_t lanes) {
      return }] # !if(finiteAtZero, "keepLayout(*this, blocks)",
                      "keepLayoutIfFull(*this, blocks, lanes)") # [{;
    }
  }];
}

/// Gradients flow through it.
class ResNet_DiffUnaryOp<string mnemonic, string function, string operator,
                         bit finiteAtZero = 1>
    : ResNet_UnaryOp<mnemonic, function, operator, finiteAtZero,
                     [Differentiable]>;

def ResNet_ReluOp : ResNet_DiffUnaryOp<"relu", "max(x, 0)", "Relu, opset 14"> {
  let hasCanonicalizer = 1;
}
def ResNet_SigmoidOp
    : ResNet_DiffUnaryOp<"sigmoid", "1 / (1 + exp(-x))", "Sigmoid, opset 13">;

def ResNet_AbsOp : ResNet_DiffUnaryOp<"abs", "|x|", "Abs, opset 13">;
def ResNet_NegOp : ResNet_DiffUnaryOp<"neg", "-x", "Neg, opset 13">;
def ResNet_ExpOp : ResNet_DiffUnaryOp<"exp", "e^x", "Exp, opset 13">;
def ResNet_SqrtOp : ResNet_DiffUnaryOp<"sqrt", "sqrt(x)", "Sqrt, opset 13">;
def ResNet_CeilOp : ResNet_DiffUnaryOp<"ceil", "The smallest integer not below x", "Ceil, opset 13">;
def ResNet_FloorOp : ResNet_DiffUnaryOp<"floor", "The largest integer not above x", "Floor, opset 13">;
def ResNet_RoundOp : ResNet_DiffUnaryOp<"round", "The nearest integer, of two the even one", "Round, opset 11">;
def ResNet_SignOp : ResNet_DiffUnaryOp<"sign", "-1, 0 or 1", "Sign, opset 13">;
def ResNet_ErfOp : ResNet_DiffUnaryOp<"erf", "erf(x), the error function", "Erf, opset 13">;
def ResNet_SinOp : ResNet_DiffUnaryOp<"sin", "sin(x)", "Sin, opset 7">;
def ResNet_CosOp : ResNet_DiffUnaryOp<"cos", "cos(x)", "Cos, opset 7">;
def ResNet_TanOp : ResNet_DiffUnaryOp<"tan", "tan(x)", "Tan, opset 7">;
def ResNet_AsinOp : ResNet_DiffUnaryOp<"asin", "asin(x)", "Asin, opset 7">;
def ResNet_AcosOp : ResNet_DiffUnaryOp<"acos", "acos(x)", "Acos, opset 7">;
def ResNet_AtanOp : ResNet_DiffUnaryOp<"atan", "atan(x)", "Atan, opset 7">;
def ResNet_SinhOp : ResNet_DiffUnaryOp<"sinh", "sinh(x)", "Sinh, opset 9">;
def ResNet_CoshOp : ResNet_DiffUnaryOp<"cosh", "cosh(x)", "Cosh, opset 9">;
def ResNet_TanhOp : ResNet_DiffUnaryOp<"tanh", "tanh(x)", "Tanh, opset 13">;
def ResNet_AsinhOp : ResNet_DiffUnaryOp<"asinh", "asinh(x)", "Asinh, opset 9">;
def ResNet_AtanhOp : ResNet_DiffUnaryOp<"atanh", "atanh(x)", "Atanh, opset 9">;
def ResNet_SoftplusOp : ResNet_DiffUnaryOp<"softplus", "log(1 + e^x)", "Softplus, opset 1">;
def ResNet_LogOp
    : ResNet_DiffUnaryOp<"log", "log(x)", "Log, opset 13",
                         /*finiteAtZero=*/0>;
def ResNet_ReciprocalOp
    : ResNet_DiffUnaryOp<"reciprocal", "1 / x", "Reciprocal, opset 13",
                         /*finiteAtZero=*/0>;
def ResNet_AcoshOp
    : ResNet_DiffUnaryOp<"acosh", "acosh(x)", "Acosh, opset 9",
                         /*finiteAtZero=*/0>;

/// With a parameter.
class ResNet_ParametricOp<string mnemonic, string function, string operator,
                          dag parameters>
    : ResNet_DiffUnaryOp<mnemonic, function, operator> {
  let arguments = !con((ins ResNet_Tensor:$input), parameters);
}

def ResNet_EluOp : ResNet_ParametricOp<"elu",
    "x where it is positive, else alpha * (e^x - 1)", "Elu, opset 6",
    (ins F64Attr:$alpha)>;
def ResNet_LeakyReluOp : ResNet_ParametricOp<"leaky_relu",
    "x where it is not negative, else alpha * x", "LeakyRelu, opset 6",
    (ins F64Attr:$alpha)>;

/// Of which the result is boolean.
class ResNet_PredicateOp<string mnemonic, string function, string operator>
    : ResNet_Op<mnemonic, [ResNet_Elementwise]> {
  let summary = "Whether each element " # function;
  let description = "Whether x " # function # " (" # operator # [{).

    ```mlir
    %y = resnet.}] # mnemonic # [{ %x : (tensor<?x64xf32>) -> tensor<?x64xi1>
    ```
  }];
  let arguments = (ins ResNet_Tensor:$input);
  let results = (outs ResNet_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
  let extraClassDefinition = [{
    ::llvm::LogicalResult $cppClass::inferReturnTypes(
        ::mlir::MLIRContext *context, ::std::optional<::mlir::Location> loc,
        Adaptor adaptor, ::llvm::SmallVectorImpl<::mlir::Type> &types) {
      return addBooleanLike(types, loc, adaptor.getInput());
    }
  }];
}

def ResNet_IsNaNOp : ResNet_PredicateOp<"is_nan", "is no number", "IsNaN, opset 13">;
def ResNet_IsInfOp : ResNet_PredicateOp<"is_inf", "is infinite", "IsInf, opset 10"> {
  let arguments = (ins ResNet_Tensor:$input,
                       DefaultValuedAttr<BoolAttr, "true">:$detect_negative,
                       DefaultValuedAttr<BoolAttr, "true">:$detect_positive);
}
def ResNet_NotOp : ResNet_PredicateOp<"not", "is false", "Not, opset 1">;

//===----------------------------------------------------------------------===//
// Two operands
//===----------------------------------------------------------------------===//

class ResNet_BroadcastOp<string mnemonic, string what, string operator,
                         string infer, string resultType, list<Trait> traits>
    : ResNet_Op<mnemonic, traits # [ResNet_Elementwise]> {
  let summary = what # " of two tensors, broadcast to each other";
  let description = what # " (" # operator # [{); shapes broadcast as in NumPy.

    ```mlir
    %y = resnet.}] # mnemonic # [{ %a, %b
       : (tensor<?x64x56x56xf32>, tensor<?x64x56x56xf32>) -> tensor<?x64x56x56x}]
       # resultType # [{>
    ```
  }];
  let arguments = (ins ResNet_Tensor:$lhs, ResNet_Tensor:$rhs);
  let results = (outs ResNet_Tensor:$result);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` functional-type(operands, results)";
  code inferDefinition = [{
    ::llvm::LogicalResult $cppClass::inferReturnTypes(
        ::mlir::MLIRContext *, ::std::optional<::mlir::Location> loc,
        Adaptor adaptor, ::llvm::SmallVectorImpl<::mlir::Type> &types) {
      return }] # infer # [{(types, loc, adaptor.getLhs(), adaptor.getRhs());
    }
  }];
  let extraClassDefinition = inferDefinition;
}

/// `finiteAtZero` as above.
class ResNet_BinaryOp<string mnemonic, string what, string operator,
                      list<Trait> traits = [], bit finiteAtZero = 1,
                      string infer = "addBroadcast">
    : ResNet_BroadcastOp<mnemonic, what, operator, infer, "f32",
                         traits # [BlockedLayout]> {
  let extraClassDefinition = inferDefinition # [{
    ::resnetc::resnet::LayoutChoice $cppClass::chooseLayout(
        ::llvm::ArrayRef<int64_t> blocks, int64_t lanes) {
      return }] # !if(finiteAtZero, "chooseForBroadcast(*this, blocks, lanes)",
                      "chooseForBroadcastIfFull(*this, blocks, lanes)") # [{;
    }
  }];
}

def ResNet_AddOp : ResNet_BinaryOp<"add", "Sum", "Add, opset 14",
    [Commutative, LearningAtEnd]>;
def ResNet_SubOp : ResNet_BinaryOp<"sub", "Difference", "Sub, opset 14",
    [Differentiable]>;
def ResNet_MulOp : ResNet_BinaryOp<"mul", "Product", "Mul, opset 14",
    [Commutative, LearningAtEnd]>;
def ResNet_DivOp : ResNet_BinaryOp<"div", "Quotient",
    "Div, opset 14; integers truncate towards zero", [Differentiable],
    /*finiteAtZero=*/0>;
def ResNet_MaxOp : ResNet_BinaryOp<"max", "The larger", "Max, opset 13",
    [Commutative, Differentiable]>;
def ResNet_MinOp : ResNet_BinaryOp<"min", "The smaller", "Min, opset 13",
    [Commutative, Differentiable]>;

def ResNet_PReluOp : ResNet_BinaryOp<"prelu",
    "x where it is not negative, else slope * x,", "PRelu, opset 16",
    [Learning]>;

/// On plain memory.
class ResNet_PlainBinaryOp<string mnemonic, string what, string operator,
                           string infer = "addBroadcast">
    : ResNet_BroadcastOp<mnemonic, what, operator, infer, "f32", []>;

def ResNet_PowOp : ResNet_BinaryOp<"pow",
    "Power, in the type of the base,", "Pow, opset 15", [Differentiable],
    /*finiteAtZero=*/0, "addBroadcastLikeLhs">;
def ResNet_ModOp : ResNet_PlainBinaryOp<"mod",
    "Remainder, with the divisor's sign or with `fmod` the dividend's,",
    "Mod, opset 13"> {
  let arguments = (ins ResNet_Tensor:$lhs, ResNet_Tensor:$rhs,
                       DefaultValuedAttr<BoolAttr, "false">:$fmod);
}
def ResNet_AndOp : ResNet_PlainBinaryOp<"and", "Conjunction", "And, opset 7">;
def ResNet_OrOp : ResNet_PlainBinaryOp<"or", "Disjunction", "Or, opset 7">;
def ResNet_XorOp : ResNet_PlainBinaryOp<"xor", "Exclusive disjunction", "Xor, opset 7">;
def ResNet_ShiftOp : ResNet_PlainBinaryOp<"shift",
    "Bits of unsigned integers shifted, to the `left` or right,",
    "BitShift, opset 11"> {
  let arguments = (ins ResNet_Tensor:$lhs, ResNet_Tensor:$rhs, BoolAttr:$left);
}

class ResNet_CompareOp<string mnemonic, string what, string operator>
    : ResNet_BroadcastOp<mnemonic, what, operator, "addBroadcastBoolean", "i1",
                         []>;

def ResNet_EqualOp : ResNet_CompareOp<"equal", "a = b", "Equal, opset 13">;
def ResNet_LessOp : ResNet_CompareOp<"less", "a < b", "Less, opset 13">;
def ResNet_LessOrEqualOp
    : ResNet_CompareOp<"less_or_equal", "a <= b", "LessOrEqual, opset 16">;
def ResNet_GreaterOp : ResNet_CompareOp<"greater", "a > b", "Greater, opset 13">;
def ResNet_GreaterOrEqualOp
    : ResNet_CompareOp<"greater_or_equal", "a >= b", "GreaterOrEqual, opset 16">;

//===----------------------------------------------------------------------===//
// Three operands
//===----------------------------------------------------------------------===//

def ResNet_WhereOp : ResNet_Op<"where", [ResNet_Elementwise, Differentiable]> {
  let summary = "Elements of one of two tensors, chosen by a third";
  let description = [{
    `x` where `condition` is true, `y` elsewhere (Where, opset 16); shapes
    broadcast as in NumPy.

    ```mlir
    %z = resnet.where %c, %x, %y : (tensor<?x8xi1>, tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
    ```
  }];
  let arguments = (ins ResNet_Tensor:$condition, ResNet_Tensor:$x,
                       ResNet_Tensor:$y);
  let results = (outs ResNet_Tensor:$result);
  let assemblyFormat = [{
    $condition `,` $x `,` $y attr-dict `:` functional-type(operands, results)
  }];
}

#endif // RESNETC_DIALECT_RESNET_IR_RESNETELEMENTWISEOPS_TD
