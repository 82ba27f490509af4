// RUN: resnet-opt %s --resnet-fold-constants --split-input-file | FileCheck %s
// RUN: resnet-opt %s --resnet-infer-shapes --resnet-fold-constants --split-input-file | FileCheck %s --check-prefix=SHAPES
// RUN: resnet-opt %s --resnet-fold-constants=max-elements=3 --split-input-file | FileCheck %s --check-prefix=SMALL

// A chain of operations on constants is one constant, and nothing is left of
// what it was made from. With at most 3 elements the transposed 2 x 2 stay.
// CHECK-LABEL: func.func @chain(
// CHECK-NEXT: %[[C:.+]] = resnet.constant dense<{{\[\[}}2.000000e+00, 6.000000e+00], [4.000000e+00, 8.000000e+00]]> : tensor<2x2xf32>
// CHECK-NEXT: return %[[C]]
// SMALL-LABEL: func.func @chain(
// SMALL: resnet.transpose
// SMALL: resnet.mul
func.func @chain() -> tensor<2x2xf32> {
  %x = resnet.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %s = resnet.constant dense<2.0> : tensor<f32>
  %t = resnet.transpose %x {perm = array<i64: 1, 0>} : (tensor<2x2xf32>) -> tensor<2x2xf32>
  %y = resnet.mul %t, %s : (tensor<2x2xf32>, tensor<f32>) -> tensor<2x2xf32>
  return %y : tensor<2x2xf32>
}

// -----

// Evaluated in double precision, rounded once: 2^24 + 1 + 1 is 2^24 + 2, while
// 2^24 + 1 rounds to 2^24; the sum of two folded steps is that of rounded ones.
// CHECK-LABEL: func.func @rounded_once(
// CHECK: resnet.constant dense<0x4B800001> : tensor<1xf32>
func.func @rounded_once() -> tensor<1xf32> {
  %x = resnet.constant dense<[[16777216.0, 1.0, 1.0]]> : tensor<1x3xf32>
  %one = resnet.constant dense<[[1.0], [1.0], [1.0]]> : tensor<3x1xf32>
  %m = resnet.matmul %x, %one : (tensor<1x3xf32>, tensor<3x1xf32>) -> tensor<1x1xf32>
  %to = resnet.constant dense<1> : tensor<1xi64>
  %y = resnet.reshape %m, %to : (tensor<1x1xf32>, tensor<1xi64>) -> tensor<1xf32>
  return %y : tensor<1xf32>
}

// -----

// PyTorch's flatten, as its exporter spells it: with the shapes inferred all
// that is left is a reshape to a constant, whose 0 copies the batch.
// SHAPES-LABEL: func.func @flatten(
// SHAPES-NEXT: %[[TO:.+]] = resnet.constant dense<[0, -1]> : tensor<2xi64>
// SHAPES-NEXT: %[[Y:.+]] = resnet.reshape %arg0, %[[TO]]
// SHAPES-NEXT: return %[[Y]]
// CHECK-LABEL: func.func @flatten(
// CHECK: resnet.shape
func.func @flatten(%x: tensor<?x2x2x2xf32>) -> tensor<?x8xf32> {
  %shape = resnet.shape %x : (tensor<?x2x2x2xf32>) -> tensor<4xi64>
  %zero = resnet.constant dense<0> : tensor<i64>
  %n = resnet.gather %shape, %zero : (tensor<4xi64>, tensor<i64>) -> tensor<i64>
  %axis = resnet.constant dense<0> : tensor<1xi64>
  %batch = resnet.unsqueeze %n, %axis : (tensor<i64>, tensor<1xi64>) -> tensor<1xi64>
  %rest = resnet.constant dense<-1> : tensor<1xi64>
  %to = resnet.concat %batch, %rest {axis = 0 : i64} : (tensor<1xi64>, tensor<1xi64>) -> tensor<2xi64>
  %y = resnet.reshape %x, %to : (tensor<?x2x2x2xf32>, tensor<2xi64>) -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// -----

// What depends on an input stays.
// CHECK-LABEL: func.func @variable(
// CHECK: %[[S:.+]] = resnet.constant dense<3.000000e+00> : tensor<f32>
// CHECK: resnet.mul %arg0, %[[S]]
func.func @variable(%x: tensor<2x2xf32>) -> tensor<2x2xf32> {
  %a = resnet.constant dense<1.0> : tensor<f32>
  %b = resnet.constant dense<2.0> : tensor<f32>
  %s = resnet.add %a, %b : (tensor<f32>, tensor<f32>) -> tensor<f32>
  %y = resnet.mul %x, %s : (tensor<2x2xf32>, tensor<f32>) -> tensor<2x2xf32>
  return %y : tensor<2x2xf32>
}

// -----

// Integers divide as ONNX says, towards zero.
// CHECK-LABEL: func.func @integers(
// CHECK: resnet.constant dense<[-3, 3]> : tensor<2xi64>
func.func @integers() -> tensor<2xi64> {
  %a = resnet.constant dense<[-7, 7]> : tensor<2xi64>
  %b = resnet.constant dense<2> : tensor<2xi64>
  %y = resnet.div %a, %b : (tensor<2xi64>, tensor<2xi64>) -> tensor<2xi64>
  return %y : tensor<2xi64>
}
