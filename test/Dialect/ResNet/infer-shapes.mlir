// RUN: resnet-opt %s --resnet-infer-shapes --split-input-file --verify-diagnostics | FileCheck %s

// The head that PyTorch exports for x.view(x.size(0), -1) and variants of it.
// CHECK-LABEL: func.func @head
// CHECK-SAME: -> (tensor<?x25088xf32>, tensor<?x25088xf32>)
// CHECK-NOT: resnet.shape
// CHECK-DAG: %[[MINUS:.+]] = resnet.constant dense<[-1, 25088]> : tensor<2xi64>
// CHECK-DAG: resnet.reshape %arg0, %[[MINUS]] : (tensor<?x512x7x7xf32>, tensor<2xi64>) -> tensor<?x25088xf32>
// CHECK-DAG: %[[COPY:.+]] = resnet.constant dense<[0, -1]> : tensor<2xi64>
// CHECK-DAG: resnet.reshape %arg0, %[[COPY]] : (tensor<?x512x7x7xf32>, tensor<2xi64>) -> tensor<?x25088xf32>
func.func @head(%x: tensor<?x512x7x7xf32>) -> (tensor<*xf32>, tensor<*xf32>) {
  %shape = resnet.shape %x : (tensor<?x512x7x7xf32>) -> tensor<4xi64>
  %zero = resnet.constant dense<0> : tensor<i64>
  %axis = resnet.constant dense<0> : tensor<1xi64>
  %n = resnet.gather %shape, %zero : (tensor<4xi64>, tensor<i64>) -> tensor<i64>
  %n1 = resnet.unsqueeze %n, %axis : (tensor<i64>, tensor<1xi64>) -> tensor<1xi64>
  %size = resnet.constant dense<25088> : tensor<1xi64>
  %minus = resnet.constant dense<-1> : tensor<1xi64>
  %a = resnet.concat %n1, %size {axis = 0 : i64} : (tensor<1xi64>, tensor<1xi64>) -> tensor<2xi64>
  %b = resnet.concat %n1, %minus {axis = 0 : i64} : (tensor<1xi64>, tensor<1xi64>) -> tensor<2xi64>
  %y = resnet.reshape %x, %a : (tensor<?x512x7x7xf32>, tensor<2xi64>) -> tensor<*xf32>
  %z = resnet.reshape %x, %b : (tensor<?x512x7x7xf32>, tensor<2xi64>) -> tensor<*xf32>
  return %y, %z : tensor<*xf32>, tensor<*xf32>
}

// -----

// Known sizes go through arithmetic, casts and slices of any step.
// CHECK-LABEL: func.func @arithmetic
// CHECK-SAME: -> tensor<?x8x64xf32>
// CHECK: %[[TO:.+]] = resnet.constant dense<[-1, 8, 64]> : tensor<3xi64>
// CHECK-NEXT: resnet.reshape %arg0, %[[TO]]
// CHECK-NEXT: return
func.func @arithmetic(%x: tensor<?x8x8x8xf32>) -> tensor<?x?x?xf32> {
  %shape = resnet.shape %x {start = 1 : i64} : (tensor<?x8x8x8xf32>) -> tensor<3xi64>
  %i32 = resnet.cast %shape {to = i32} : (tensor<3xi64>) -> tensor<3xi32>
  %i64 = resnet.cast %i32 {to = i64} : (tensor<3xi32>) -> tensor<3xi64>
  %from = resnet.constant dense<-1> : tensor<1xi64>
  %to = resnet.constant dense<-9223372036854775807> : tensor<1xi64>
  %axis = resnet.constant dense<-1> : tensor<1xi64>
  %reversed = resnet.slice %i64, %from, %to axes %axis steps %from
     : (tensor<3xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<3xi64>
  %squared = resnet.mul %reversed, %i64 : (tensor<3xi64>, tensor<3xi64>) -> tensor<3xi64>
  %one = resnet.constant dense<1> : tensor<1xi64>
  %zero = resnet.constant dense<0> : tensor<1xi64>
  %first = resnet.slice %squared, %zero, %one
     : (tensor<3xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<1xi64>
  %unit = resnet.div %first, %first : (tensor<1xi64>, tensor<1xi64>) -> tensor<1xi64>
  %seven = resnet.constant dense<7> : tensor<1xi64>
  %sum = resnet.add %unit, %seven : (tensor<1xi64>, tensor<1xi64>) -> tensor<1xi64>
  %batch = resnet.shape %x {end = 1 : i64} : (tensor<?x8x8x8xf32>) -> tensor<1xi64>
  %target = resnet.concat %batch, %sum, %first {axis = 0 : i64}
     : (tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<3xi64>
  %y = resnet.reshape %x, %target : (tensor<?x8x8x8xf32>, tensor<3xi64>) -> tensor<?x?x?xf32>
  return %y : tensor<?x?x?xf32>
}

// -----

// The chain that PyTorch exports for F.pad(x, (0, 0, 0, 0, 8, 8)).
// CHECK-LABEL: func.func @pad
// CHECK: %[[PADS:.+]] = resnet.constant dense<[0, 8, 0, 0, 0, 8, 0, 0]> : tensor<8xi64>
// CHECK-NEXT: resnet.pad %arg0, %[[PADS]] : (tensor<?x16x4x4xf32>, tensor<8xi64>) -> tensor<?x32x4x4xf32>
func.func @pad(%x: tensor<?x16x4x4xf32>) -> tensor<?x?x?x?xf32> {
  %pads = resnet.constant dense<[0, 0, 0, 0, 8, 8]> : tensor<6xi64>
  %length = resnet.shape %pads : (tensor<6xi64>) -> tensor<1xi64>
  %eight = resnet.constant dense<8> : tensor<i64>
  %missing = resnet.sub %eight, %length : (tensor<i64>, tensor<1xi64>) -> tensor<1xi64>
  %zeros = resnet.constant_of_shape %missing {value = dense<0> : tensor<1xi64>} : (tensor<1xi64>) -> tensor<?xi64>
  %all = resnet.concat %pads, %zeros {axis = 0 : i64} : (tensor<6xi64>, tensor<?xi64>) -> tensor<?xi64>
  %pairs = resnet.constant dense<[-1, 2]> : tensor<2xi64>
  %matrix = resnet.reshape %all, %pairs : (tensor<?xi64>, tensor<2xi64>) -> tensor<?x2xi64>
  %axis = resnet.constant dense<0> : tensor<1xi64>
  %from = resnet.constant dense<-1> : tensor<1xi64>
  %to = resnet.constant dense<-9223372036854775807> : tensor<1xi64>
  %reversed = resnet.slice %matrix, %from, %to axes %axis steps %from
     : (tensor<?x2xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>, tensor<1xi64>) -> tensor<?x2xi64>
  %transposed = resnet.transpose %reversed {perm = array<i64: 1, 0>} : (tensor<?x2xi64>) -> tensor<2x?xi64>
  %flat = resnet.reshape %transposed, %from : (tensor<2x?xi64>, tensor<1xi64>) -> tensor<?xi64>
  %y = resnet.pad %x, %flat : (tensor<?x16x4x4xf32>, tensor<?xi64>) -> tensor<?x?x?x?xf32>
  return %y : tensor<?x?x?x?xf32>
}

// -----

// An odd pixel of padding goes to the end for SAME_UPPER, to the beginning for
// SAME_LOWER.
// CHECK-LABEL: func.func @auto_pad
// CHECK: resnet.conv {{.*}} {pads = array<i64: 0, 0, 1, 1>, strides = array<i64: 2, 2>}
// CHECK: resnet.conv {{.*}} {pads = array<i64: 1, 1, 0, 0>, strides = array<i64: 2, 2>}
// CHECK: resnet.max_pool {{.*}} {kernel_shape = array<i64: 2, 2>}
// CHECK: resnet.avg_pool {{.*}} {kernel_shape = array<i64: 3, 3>, pads = array<i64: 1, 1, 1, 1>}
func.func @auto_pad(%x: tensor<?x4x8x8xf32>, %w: tensor<4x4x3x3xf32>)
    -> (tensor<?x4x4x4xf32>, tensor<?x4x4x4xf32>, tensor<?x4x7x7xf32>, tensor<?x4x8x8xf32>) {
  %a = resnet.conv %x, %w {auto_pad = "SAME_UPPER", strides = array<i64: 2, 2>}
     : (tensor<?x4x8x8xf32>, tensor<4x4x3x3xf32>) -> tensor<?x4x4x4xf32>
  %b = resnet.conv %x, %w {auto_pad = "SAME_LOWER", strides = array<i64: 2, 2>}
     : (tensor<?x4x8x8xf32>, tensor<4x4x3x3xf32>) -> tensor<?x4x4x4xf32>
  %c = resnet.max_pool %x {auto_pad = "VALID", kernel_shape = array<i64: 2, 2>}
     : (tensor<?x4x8x8xf32>) -> tensor<?x4x7x7xf32>
  %d = resnet.avg_pool %x {auto_pad = "SAME_UPPER", kernel_shape = array<i64: 3, 3>}
     : (tensor<?x4x8x8xf32>) -> tensor<?x4x8x8xf32>
  return %a, %b, %c, %d : tensor<?x4x4x4xf32>, tensor<?x4x4x4xf32>, tensor<?x4x7x7xf32>, tensor<?x4x8x8xf32>
}

// -----

func.func @unknown_input(%x: tensor<?x3x?x?xf32> {resnet.name = "image"}) { // expected-error {{of input 'image' dimension 2 is unknown; only the batch, dimension 0 of an input, may be}}
  return
}

// -----

func.func @unknown_result(%x: tensor<?x8xf32>, %s: tensor<2xi64>) -> tensor<?x?xf32> {
  // expected-error @+1 {{dimension 0 is unknown; only the batch}}
  %y = resnet.reshape %x, %s : (tensor<?x8xf32>, tensor<2xi64>) -> tensor<?x?xf32>
  return %y : tensor<?x?xf32>
}

// -----

// A multiple of the batch is not the batch.
func.func @multiple(%x: tensor<?x8xf32>) -> tensor<?x4xf32> {
  %s = resnet.constant dense<[-1, 4]> : tensor<2xi64>
  // expected-error @+1 {{dimension 0 is unknown; only the batch}}
  %y = resnet.reshape %x, %s : (tensor<?x8xf32>, tensor<2xi64>) -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

func.func @mismatch(%x: tensor<?x8xf32>) -> tensor<?x?xf32> {
  %batch = resnet.shape %x {end = 1 : i64} : (tensor<?x8xf32>) -> tensor<1xi64>
  %nine = resnet.constant dense<9> : tensor<1xi64>
  %s = resnet.concat %batch, %nine {axis = 0 : i64} : (tensor<1xi64>, tensor<1xi64>) -> tensor<2xi64>
  // expected-error @+1 {{cannot reshape 8 elements of each example to 9}}
  %y = resnet.reshape %x, %s : (tensor<?x8xf32>, tensor<2xi64>) -> tensor<?x?xf32>
  return %y : tensor<?x?xf32>
}

// -----

// What PyTorch exports for interpolate(x, y.shape[-2:]) and for a.expand_as(x):
// the batch keeps its size, so nothing has to be computed.
// CHECK-LABEL: func.func @like_other
// CHECK-SAME: -> (tensor<?x8x6x5xf32>, tensor<?x8x4x4xf32>)
// CHECK-NOT: resnet.shape
// CHECK-DAG: %[[SIZES:.+]] = resnet.constant dense<[8, 6, 5]> : tensor<3xi64>
// CHECK-DAG: resnet.resize %arg0 sizes %[[SIZES]] {axes = array<i64: 1, 2, 3>, mode = "linear"}
// CHECK-DAG: %[[SHAPE:.+]] = resnet.constant dense<[1, 8, 4, 4]> : tensor<4xi64>
// CHECK-DAG: resnet.expand %arg2, %[[SHAPE]]
func.func @like_other(%x: tensor<?x8x4x4xf32>, %y: tensor<?x3x6x5xf32>, %a: tensor<?x8x1x1xf32>)
    -> (tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>) {
  %front = resnet.shape %x {end = 2 : i64} : (tensor<?x8x4x4xf32>) -> tensor<2xi64>
  %back = resnet.shape %y {start = 2 : i64} : (tensor<?x3x6x5xf32>) -> tensor<2xi64>
  %sizes = resnet.concat %front, %back {axis = 0 : i64} : (tensor<2xi64>, tensor<2xi64>) -> tensor<4xi64>
  %r = resnet.resize %x sizes %sizes {mode = "linear"} : (tensor<?x8x4x4xf32>, tensor<4xi64>) -> tensor<?x?x?x?xf32>
  %shape = resnet.shape %x : (tensor<?x8x4x4xf32>) -> tensor<4xi64>
  %e = resnet.expand %a, %shape : (tensor<?x8x1x1xf32>, tensor<4xi64>) -> tensor<?x?x?x?xf32>
  return %r, %e : tensor<?x?x?x?xf32>, tensor<?x?x?x?xf32>
}

// -----

// Sizes that are computed from constants, in floating point and by operations
// that shapes otherwise do not need.
// CHECK-LABEL: func.func @computed_limits
// CHECK-SAME: -> (tensor<7xf32>, tensor<2xi64>)
// CHECK: %[[RANGE:.+]] = resnet.constant dense<[0.000000e+00, {{.*}}, 6.000000e+00]> : tensor<7xf32>
// CHECK: %[[ONES:.+]] = resnet.constant dense<1> : tensor<2xi64>
// CHECK: return %[[RANGE]], %[[ONES]]
func.func @computed_limits() -> (tensor<?xf32>, tensor<*xi64>) {
  %three = resnet.constant dense<3.0> : tensor<f32>
  %zero = resnet.constant dense<0.0> : tensor<f32>
  %one = resnet.constant dense<1.0> : tensor<f32>
  %nine = resnet.mul %three, %three : (tensor<f32>, tensor<f32>) -> tensor<f32>
  %root = resnet.sqrt %nine : (tensor<f32>) -> tensor<f32>
  %e = resnet.exp %zero : (tensor<f32>) -> tensor<f32>
  %four = resnet.add %root, %e : (tensor<f32>, tensor<f32>) -> tensor<f32>
  %limit = resnet.add %four, %root : (tensor<f32>, tensor<f32>) -> tensor<f32>
  %y = resnet.range %zero, %limit, %one : (tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<?xf32>
  %minus = resnet.constant dense<-2> : tensor<1xi64>
  %length = resnet.neg %minus : (tensor<1xi64>) -> tensor<1xi64>
  %z = resnet.constant_of_shape %length {value = dense<1> : tensor<1xi64>} : (tensor<1xi64>) -> tensor<*xi64>
  return %y, %z : tensor<?xf32>, tensor<*xi64>
}

// -----

// One example becomes as many as there are.
func.func @expand_to_batch(%x: tensor<?x8xf32>, %a: tensor<1x8xf32>) -> tensor<?x?xf32> {
  %shape = resnet.shape %x : (tensor<?x8xf32>) -> tensor<2xi64>
  // expected-error @+1 {{dimension 0 is unknown; only the batch}}
  %y = resnet.expand %a, %shape : (tensor<1x8xf32>, tensor<2xi64>) -> tensor<?x?xf32>
  return %y : tensor<?x?xf32>
}

// -----

// The shape that is declared for the last result is that of all before.
// CHECK-LABEL: func.func @declared_result
// CHECK: resnet.range {{.*}} -> tensor<10xf32>
// CHECK: resnet.mul {{.*}} -> tensor<10xf32>
// CHECK: resnet.add {{.*}} -> tensor<10xf32>
// CHECK: resnet.cast {{.*}} -> tensor<10xf16>
func.func @declared_result(%limit: tensor<f32>) -> tensor<10xf16> {
  %zero = resnet.constant dense<0.0> : tensor<f32>
  %one = resnet.constant dense<[1.0]> : tensor<1xf32>
  %delta = resnet.constant dense<1.0> : tensor<f32>
  %range = resnet.range %zero, %limit, %delta : (tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<?xf32>
  %squares = resnet.mul %range, %range : (tensor<?xf32>, tensor<?xf32>) -> tensor<?xf32>
  %sum = resnet.add %squares, %one : (tensor<?xf32>, tensor<1xf32>) -> tensor<?xf32>
  %y = resnet.cast %sum {to = f16} : (tensor<?xf32>) -> tensor<10xf16>
  return %y : tensor<10xf16>
}

// -----

// Here it could be that of either: one of them may have a single element.
func.func @declared_sum(%a: tensor<f32>, %b: tensor<f32>) -> tensor<10xf32> {
  %zero = resnet.constant dense<0.0> : tensor<f32>
  %one = resnet.constant dense<1.0> : tensor<f32>
  // expected-error @+1 {{dimension 0 is unknown; only the batch}}
  %x = resnet.range %zero, %a, %one : (tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<?xf32>
  %y = resnet.range %zero, %b, %one : (tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<?xf32>
  %z = resnet.add %x, %y : (tensor<?xf32>, tensor<?xf32>) -> tensor<10xf32>
  return %z : tensor<10xf32>
}

// -----

// Of unknown rank, nothing is declared and nothing refined.
// expected-error @+1 {{of input '' the rank is unknown}}
func.func @unknown_ranks(%x: tensor<*xf32>) -> tensor<*xf32> {
  %y = resnet.relu %x : (tensor<*xf32>) -> tensor<*xf32>
  %z = resnet.relu %y : (tensor<*xf32>) -> tensor<*xf32>
  return %z : tensor<*xf32>
}
