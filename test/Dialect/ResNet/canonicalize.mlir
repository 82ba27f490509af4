// RUN: resnet-opt %s --canonicalize --split-input-file | FileCheck %s

//===----------------------------------------------------------------------===//
// A pad of zeros before a convolution
//===----------------------------------------------------------------------===//

// ONNX has all begins first: top 1 and left 2, bottom 3 and right 0, added to
// pads that are there. The pad has another reader here and stays for it.
// CHECK-LABEL: func.func @pad_conv(
// CHECK: %[[P:.+]] = resnet.pad %arg0
// CHECK: %[[Y:.+]] = resnet.conv %arg0, %arg1 {pads = array<i64: 2, 3, 4, 1>} :
// CHECK: return %[[P]], %[[Y]]
func.func @pad_conv(%x: tensor<?x2x4x4xf32>, %w: tensor<2x2x3x3xf32>) -> (tensor<?x2x8x6xf32>, tensor<?x2x8x6xf32>) {
  %pads = resnet.constant dense<[0, 0, 1, 2, 0, 0, 3, 0]> : tensor<8xi64>
  %p = resnet.pad %x, %pads : (tensor<?x2x4x4xf32>, tensor<8xi64>) -> tensor<?x2x8x6xf32>
  %y = resnet.conv %p, %w {pads = array<i64: 1, 1, 1, 1>}
     : (tensor<?x2x8x6xf32>, tensor<2x2x3x3xf32>) -> tensor<?x2x8x6xf32>
  return %p, %y : tensor<?x2x8x6xf32>, tensor<?x2x8x6xf32>
}

// -----

// CHECK-LABEL: func.func @pad_conv_zero(
// CHECK-NEXT: resnet.conv %arg0, %arg1 {pads = array<i64: 1, 1, 1, 1>} :
func.func @pad_conv_zero(%x: tensor<?x2x4x4xf32>, %w: tensor<2x2x3x3xf32>) -> tensor<?x2x4x4xf32> {
  %pads = resnet.constant dense<[0, 0, 1, 1, 0, 0, 1, 1]> : tensor<8xi64>
  %zero = resnet.constant dense<0.0> : tensor<f32>
  %p = resnet.pad %x, %pads value %zero : (tensor<?x2x4x4xf32>, tensor<8xi64>, tensor<f32>) -> tensor<?x2x6x6xf32>
  %y = resnet.conv %p, %w : (tensor<?x2x6x6xf32>, tensor<2x2x3x3xf32>) -> tensor<?x2x4x4xf32>
  return %y : tensor<?x2x4x4xf32>
}

// -----

// What a convolution's pads cannot say: another value, one that is not known,
// more channels, less of the image, axes of its own, unresolved pads.
// CHECK-LABEL: func.func @pad_conv_stays(
// CHECK: resnet.pad
// CHECK-NEXT: resnet.conv %{{[^ ]+}}, %arg1 :
// CHECK-NEXT: resnet.pad
// CHECK-NEXT: resnet.conv %{{[^ ]+}}, %arg1 :
// CHECK-NEXT: resnet.pad
// CHECK-NEXT: resnet.conv %{{[^ ]+}}, %arg1 :
// CHECK-NEXT: resnet.pad
// CHECK-NEXT: resnet.conv %{{[^ ]+}}, %arg1 :
// CHECK-NEXT: resnet.pad
// CHECK-NEXT: resnet.conv %{{[^ ]+}}, %arg1 :
// CHECK-NEXT: resnet.pad
// CHECK-NEXT: resnet.conv %{{[^ ]+}}, %arg1 {auto_pad = "SAME_UPPER"} :
// CHECK-NEXT: return
func.func @pad_conv_stays(%x: tensor<?x2x4x4xf32>, %w: tensor<2x2x1x1xf32>, %z: tensor<?x1x4x4xf32>, %v: tensor<f32>)
    -> (tensor<?x2x6x6xf32>, tensor<?x2x6x6xf32>, tensor<?x2x4x4xf32>, tensor<?x2x3x4xf32>, tensor<?x2x6x6xf32>, tensor<?x2x6x6xf32>) {
  %pads = resnet.constant dense<[0, 0, 1, 1, 0, 0, 1, 1]> : tensor<8xi64>
  %one = resnet.constant dense<1.0> : tensor<f32>
  %p0 = resnet.pad %x, %pads value %one : (tensor<?x2x4x4xf32>, tensor<8xi64>, tensor<f32>) -> tensor<?x2x6x6xf32>
  %y0 = resnet.conv %p0, %w : (tensor<?x2x6x6xf32>, tensor<2x2x1x1xf32>) -> tensor<?x2x6x6xf32>
  %p1 = resnet.pad %x, %pads value %v : (tensor<?x2x4x4xf32>, tensor<8xi64>, tensor<f32>) -> tensor<?x2x6x6xf32>
  %y1 = resnet.conv %p1, %w : (tensor<?x2x6x6xf32>, tensor<2x2x1x1xf32>) -> tensor<?x2x6x6xf32>
  %channels = resnet.constant dense<[0, 1, 0, 0, 0, 0, 0, 0]> : tensor<8xi64>
  %p2 = resnet.pad %z, %channels : (tensor<?x1x4x4xf32>, tensor<8xi64>) -> tensor<?x2x4x4xf32>
  %y2 = resnet.conv %p2, %w : (tensor<?x2x4x4xf32>, tensor<2x2x1x1xf32>) -> tensor<?x2x4x4xf32>
  %crop = resnet.constant dense<[0, 0, 0, 0, 0, 0, -1, 0]> : tensor<8xi64>
  %p3 = resnet.pad %x, %crop : (tensor<?x2x4x4xf32>, tensor<8xi64>) -> tensor<?x2x3x4xf32>
  %y3 = resnet.conv %p3, %w : (tensor<?x2x3x4xf32>, tensor<2x2x1x1xf32>) -> tensor<?x2x3x4xf32>
  %four = resnet.constant dense<1> : tensor<4xi64>
  %axes = resnet.constant dense<[2, 3]> : tensor<2xi64>
  %p4 = resnet.pad %x, %four axes %axes : (tensor<?x2x4x4xf32>, tensor<4xi64>, tensor<2xi64>) -> tensor<?x2x6x6xf32>
  %y4 = resnet.conv %p4, %w : (tensor<?x2x6x6xf32>, tensor<2x2x1x1xf32>) -> tensor<?x2x6x6xf32>
  %p5 = resnet.pad %x, %pads : (tensor<?x2x4x4xf32>, tensor<8xi64>) -> tensor<?x2x6x6xf32>
  %y5 = resnet.conv %p5, %w {auto_pad = "SAME_UPPER"} : (tensor<?x2x6x6xf32>, tensor<2x2x1x1xf32>) -> tensor<?x2x6x6xf32>
  return %y0, %y1, %y2, %y3, %y4, %y5
    : tensor<?x2x6x6xf32>, tensor<?x2x6x6xf32>, tensor<?x2x4x4xf32>, tensor<?x2x3x4xf32>, tensor<?x2x6x6xf32>, tensor<?x2x6x6xf32>
}

// -----

//===----------------------------------------------------------------------===//
// A pad of zeros before a max pool
//===----------------------------------------------------------------------===//

// Of elements that a relu left, none is below the zeros of the padding.
// CHECK-LABEL: func.func @pad_max_pool(
// CHECK: %[[R:.+]] = resnet.relu %arg0
// CHECK-NEXT: resnet.max_pool %[[R]] {kernel_shape = array<i64: 3, 2>, pads = array<i64: 2, 1, 0, 1>, strides = array<i64: 2, 2>} : (tensor<?x2x4x4xf32>)
// CHECK-NEXT: %[[C:.+]] = resnet.conv
// CHECK-NEXT: resnet.max_pool %[[C]] {kernel_shape = array<i64: 3, 2>, pads = array<i64: 2, 1, 0, 1>} :
func.func @pad_max_pool(%x: tensor<?x2x4x4xf32>, %w: tensor<2x2x1x1xf32>) -> (tensor<?x2x2x3xf32>, tensor<?x2x4x5xf32>) {
  %pads = resnet.constant dense<[0, 0, 2, 1, 0, 0, 0, 1]> : tensor<8xi64>
  %r = resnet.relu %x : (tensor<?x2x4x4xf32>) -> tensor<?x2x4x4xf32>
  %p = resnet.pad %r, %pads : (tensor<?x2x4x4xf32>, tensor<8xi64>) -> tensor<?x2x6x6xf32>
  %y = resnet.max_pool %p {kernel_shape = array<i64: 3, 2>, strides = array<i64: 2, 2>}
     : (tensor<?x2x6x6xf32>) -> tensor<?x2x2x3xf32>
  %c = resnet.conv %x, %w {activation = #resnet.activation<relu>}
     : (tensor<?x2x4x4xf32>, tensor<2x2x1x1xf32>) -> tensor<?x2x4x4xf32>
  %q = resnet.pad %c, %pads : (tensor<?x2x4x4xf32>, tensor<8xi64>) -> tensor<?x2x6x6xf32>
  %z = resnet.max_pool %q {kernel_shape = array<i64: 3, 2>} : (tensor<?x2x6x6xf32>) -> tensor<?x2x4x5xf32>
  return %y, %z : tensor<?x2x2x3xf32>, tensor<?x2x4x5xf32>
}

// -----

// The zeros matter where elements may be negative, where a window sees nothing
// else, and where pads, dilations or ceil_mode put windows elsewhere.
// CHECK-LABEL: func.func @pad_max_pool_stays(
// CHECK: resnet.pad %arg0
// CHECK-NEXT: resnet.max_pool {{.*}} {kernel_shape = array<i64: 2, 2>} : (tensor<?x2x6x6xf32>)
// CHECK: resnet.conv {{.*}} :
// CHECK-NEXT: resnet.pad
// CHECK-NEXT: resnet.max_pool {{.*}} {kernel_shape = array<i64: 2, 2>} : (tensor<?x2x6x6xf32>)
// CHECK: resnet.pad
// CHECK-NEXT: resnet.max_pool {{.*}} {kernel_shape = array<i64: 1, 1>} : (tensor<?x2x6x6xf32>)
// CHECK-NEXT: resnet.max_pool {{.*}} {kernel_shape = array<i64: 2, 2>, pads = array<i64: 0, 0, 1, 1>} : (tensor<?x2x6x6xf32>)
// CHECK-NEXT: resnet.max_pool {{.*}} {dilations = array<i64: 2, 2>, kernel_shape = array<i64: 2, 2>} : (tensor<?x2x6x6xf32>)
// CHECK-NEXT: resnet.max_pool {{.*}} {ceil_mode = true, kernel_shape = array<i64: 2, 2>} : (tensor<?x2x6x6xf32>)
// CHECK-NEXT: return
func.func @pad_max_pool_stays(%x: tensor<?x2x4x4xf32>, %w: tensor<2x2x1x1xf32>)
    -> (tensor<?x2x5x5xf32>, tensor<?x2x5x5xf32>, tensor<?x2x6x6xf32>, tensor<?x2x6x6xf32>, tensor<?x2x4x4xf32>, tensor<?x2x5x5xf32>) {
  %pads = resnet.constant dense<[0, 0, 1, 1, 0, 0, 1, 1]> : tensor<8xi64>
  %0 = resnet.pad %x, %pads : (tensor<?x2x4x4xf32>, tensor<8xi64>) -> tensor<?x2x6x6xf32>
  %y0 = resnet.max_pool %0 {kernel_shape = array<i64: 2, 2>} : (tensor<?x2x6x6xf32>) -> tensor<?x2x5x5xf32>
  %c = resnet.conv %x, %w : (tensor<?x2x4x4xf32>, tensor<2x2x1x1xf32>) -> tensor<?x2x4x4xf32>
  %1 = resnet.pad %c, %pads : (tensor<?x2x4x4xf32>, tensor<8xi64>) -> tensor<?x2x6x6xf32>
  %y1 = resnet.max_pool %1 {kernel_shape = array<i64: 2, 2>} : (tensor<?x2x6x6xf32>) -> tensor<?x2x5x5xf32>
  %r = resnet.relu %x : (tensor<?x2x4x4xf32>) -> tensor<?x2x4x4xf32>
  %2 = resnet.pad %r, %pads : (tensor<?x2x4x4xf32>, tensor<8xi64>) -> tensor<?x2x6x6xf32>
  %y2 = resnet.max_pool %2 {kernel_shape = array<i64: 1, 1>} : (tensor<?x2x6x6xf32>) -> tensor<?x2x6x6xf32>
  %y3 = resnet.max_pool %2 {kernel_shape = array<i64: 2, 2>, pads = array<i64: 0, 0, 1, 1>} : (tensor<?x2x6x6xf32>) -> tensor<?x2x6x6xf32>
  %y4 = resnet.max_pool %2 {dilations = array<i64: 2, 2>, kernel_shape = array<i64: 2, 2>} : (tensor<?x2x6x6xf32>) -> tensor<?x2x4x4xf32>
  %y5 = resnet.max_pool %2 {ceil_mode = true, kernel_shape = array<i64: 2, 2>} : (tensor<?x2x6x6xf32>) -> tensor<?x2x5x5xf32>
  return %y0, %y1, %y2, %y3, %y4, %y5
    : tensor<?x2x5x5xf32>, tensor<?x2x5x5xf32>, tensor<?x2x6x6xf32>, tensor<?x2x6x6xf32>, tensor<?x2x4x4xf32>, tensor<?x2x5x5xf32>
}

// -----

//===----------------------------------------------------------------------===//
// Means of planes
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func.func @avg_pool(
// CHECK-NEXT: resnet.global_avg_pool %arg0 : (tensor<?x2x4x6xf32>) -> tensor<?x2x1x1xf32>
// CHECK-NEXT: return
func.func @avg_pool(%x: tensor<?x2x4x6xf32>) -> tensor<?x2x1x1xf32> {
  %y = resnet.avg_pool %x {kernel_shape = array<i64: 4, 6>, strides = array<i64: 2, 2>}
     : (tensor<?x2x4x6xf32>) -> tensor<?x2x1x1xf32>
  return %y : tensor<?x2x1x1xf32>
}

// -----

// Less than the plane; the plane, but again and again in its padding.
// CHECK-LABEL: func.func @avg_pool_stays(
// CHECK-NEXT: resnet.avg_pool
// CHECK-NEXT: resnet.avg_pool
// CHECK-NEXT: return
func.func @avg_pool_stays(%x: tensor<?x2x4x4xf32>) -> (tensor<?x2x2x1xf32>, tensor<?x2x3x3xf32>) {
  %y = resnet.avg_pool %x {kernel_shape = array<i64: 3, 4>} : (tensor<?x2x4x4xf32>) -> tensor<?x2x2x1xf32>
  %z = resnet.avg_pool %x {kernel_shape = array<i64: 4, 4>, pads = array<i64: 1, 1, 1, 1>} : (tensor<?x2x4x4xf32>) -> tensor<?x2x3x3xf32>
  return %y, %z : tensor<?x2x2x1xf32>, tensor<?x2x3x3xf32>
}

// -----

// CHECK-LABEL: func.func @reduce_mean(
// CHECK-NEXT: %[[A:.+]] = resnet.global_avg_pool %arg0 : (tensor<?x2x4x6xf32>) -> tensor<?x2x1x1xf32>
// CHECK-NEXT: %[[P:.+]] = resnet.global_avg_pool %arg0 : (tensor<?x2x4x6xf32>) -> tensor<?x2x1x1xf32>
// CHECK-NEXT: %[[B:.+]] = resnet.flatten %[[P]] : (tensor<?x2x1x1xf32>) -> tensor<?x2xf32>
// CHECK-NEXT: return %[[A]], %[[B]]
func.func @reduce_mean(%x: tensor<?x2x4x6xf32>) -> (tensor<?x2x1x1xf32>, tensor<?x2xf32>) {
  %axes = resnet.constant dense<[2, 3]> : tensor<2xi64>
  %a = resnet.reduce_mean %x, %axes : (tensor<?x2x4x6xf32>, tensor<2xi64>) -> tensor<?x2x1x1xf32>
  // Counted from the end, in the other order.
  %back = resnet.constant dense<[-1, -2]> : tensor<2xi64>
  %b = resnet.reduce_mean %x, %back {keepdims = false} : (tensor<?x2x4x6xf32>, tensor<2xi64>) -> tensor<?x2xf32>
  return %a, %b : tensor<?x2x1x1xf32>, tensor<?x2xf32>
}

// -----

// Channels last, as TensorFlow exports it. A transpose of 1x1 planes back is no
// more than a reshape.
// CHECK-LABEL: func.func @reduce_mean_nhwc(
// CHECK-DAG: %[[S:.+]] = resnet.constant dense<[-1, 1, 1, 2]> : tensor<4xi64>
// CHECK: %[[T:.+]] = resnet.transpose %arg0 {perm = array<i64: 0, 3, 1, 2>} : (tensor<?x4x6x2xf32>) -> tensor<?x2x4x6xf32>
// CHECK-NEXT: %[[P:.+]] = resnet.global_avg_pool %[[T]]
// CHECK-NEXT: %[[A:.+]] = resnet.reshape %[[P]], %[[S]] : (tensor<?x2x1x1xf32>, tensor<4xi64>) -> tensor<?x1x1x2xf32>
// CHECK-NEXT: %[[U:.+]] = resnet.transpose %arg0 {perm = array<i64: 0, 3, 1, 2>}
// CHECK-NEXT: %[[Q:.+]] = resnet.global_avg_pool %[[U]]
// CHECK-NEXT: %[[B:.+]] = resnet.flatten %[[Q]] : (tensor<?x2x1x1xf32>) -> tensor<?x2xf32>
// CHECK-NEXT: return %[[A]], %[[B]]
func.func @reduce_mean_nhwc(%x: tensor<?x4x6x2xf32>) -> (tensor<?x1x1x2xf32>, tensor<?x2xf32>) {
  %axes = resnet.constant dense<[1, 2]> : tensor<2xi64>
  %a = resnet.reduce_mean %x, %axes : (tensor<?x4x6x2xf32>, tensor<2xi64>) -> tensor<?x1x1x2xf32>
  %b = resnet.reduce_mean %x, %axes {keepdims = false} : (tensor<?x4x6x2xf32>, tensor<2xi64>) -> tensor<?x2xf32>
  return %a, %b : tensor<?x1x1x2xf32>, tensor<?x2xf32>
}

// -----

// CHECK-LABEL: func.func @reduce_mean_stays(
// CHECK: resnet.reduce_mean
// CHECK-NEXT: resnet.reduce_mean
// CHECK-NEXT: resnet.reduce_mean
// CHECK-NEXT: return
func.func @reduce_mean_stays(%x: tensor<?x2x4x6xf32>, %v: tensor<?x4x6xf32>)
    -> (tensor<?x1x4x1xf32>, tensor<?x2x4x1xf32>, tensor<?x1x1xf32>) {
  %axes = resnet.constant dense<[1, 3]> : tensor<2xi64>
  %a = resnet.reduce_mean %x, %axes : (tensor<?x2x4x6xf32>, tensor<2xi64>) -> tensor<?x1x4x1xf32>
  %one = resnet.constant dense<[3]> : tensor<1xi64>
  %b = resnet.reduce_mean %x, %one : (tensor<?x2x4x6xf32>, tensor<1xi64>) -> tensor<?x2x4x1xf32>
  %both = resnet.constant dense<[1, 2]> : tensor<2xi64>
  %c = resnet.reduce_mean %v, %both : (tensor<?x4x6xf32>, tensor<2xi64>) -> tensor<?x1x1xf32>
  return %a, %b, %c : tensor<?x1x4x1xf32>, tensor<?x2x4x1xf32>, tensor<?x1x1xf32>
}

// -----

//===----------------------------------------------------------------------===//
// Products and activations
//===----------------------------------------------------------------------===//

// CHECK-LABEL: func.func @matmul(
// CHECK-NEXT: %[[A:.+]] = resnet.gemm %arg0, %arg1 : (tensor<?x4xf32>, tensor<4x2xf32>) -> tensor<?x2xf32>
// CHECK-NEXT: %[[B:.+]] = resnet.matmul
// CHECK-NEXT: return %[[A]], %[[B]]
func.func @matmul(%x: tensor<?x4xf32>, %w: tensor<4x2xf32>, %v: tensor<?x3x4xf32>) -> (tensor<?x2xf32>, tensor<?x3x2xf32>) {
  %a = resnet.matmul %x, %w : (tensor<?x4xf32>, tensor<4x2xf32>) -> tensor<?x2xf32>
  // A stack of matrices is not one.
  %b = resnet.matmul %v, %w : (tensor<?x3x4xf32>, tensor<4x2xf32>) -> tensor<?x3x2xf32>
  return %a, %b : tensor<?x2xf32>, tensor<?x3x2xf32>
}

// -----

// CHECK-LABEL: func.func @relu(
// CHECK-NEXT: %[[A:.+]] = resnet.relu %arg0
// CHECK-NEXT: %[[B:.+]] = resnet.sigmoid %[[A]]
// CHECK-NEXT: %[[C:.+]] = resnet.relu %[[B]]
// CHECK-NEXT: return %[[C]]
func.func @relu(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %a = resnet.relu %x : (tensor<?x4xf32>) -> tensor<?x4xf32>
  %b = resnet.relu %a : (tensor<?x4xf32>) -> tensor<?x4xf32>
  %c = resnet.sigmoid %b : (tensor<?x4xf32>) -> tensor<?x4xf32>
  %d = resnet.relu %c : (tensor<?x4xf32>) -> tensor<?x4xf32>
  return %d : tensor<?x4xf32>
}

// -----

// Only [0, inf) is a relu: not [0, 6], [1, inf), (-inf, 0], (-inf, inf), or a
// limit that is not known.
// CHECK-LABEL: func.func @clip(
// CHECK: resnet.relu %arg0
// CHECK-NEXT: resnet.clip %arg0 min %{{.+}} max %{{.+}} :
// CHECK-NEXT: resnet.clip %arg0 min %{{.+}} :
// CHECK-NEXT: resnet.clip %arg0 max %{{.+}} :
// CHECK-NEXT: resnet.clip %arg0 :
// CHECK-NEXT: resnet.clip %arg0 min %arg1 :
// CHECK-NEXT: return
func.func @clip(%x: tensor<?x4xf32>, %v: tensor<f32>)
    -> (tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>) {
  %zero = resnet.constant dense<0.0> : tensor<f32>
  %one = resnet.constant dense<1.0> : tensor<f32>
  %six = resnet.constant dense<6.0> : tensor<f32>
  %a = resnet.clip %x min %zero : (tensor<?x4xf32>, tensor<f32>) -> tensor<?x4xf32>
  %b = resnet.clip %x min %zero max %six : (tensor<?x4xf32>, tensor<f32>, tensor<f32>) -> tensor<?x4xf32>
  %c = resnet.clip %x min %one : (tensor<?x4xf32>, tensor<f32>) -> tensor<?x4xf32>
  %d = resnet.clip %x max %zero : (tensor<?x4xf32>, tensor<f32>) -> tensor<?x4xf32>
  %e = resnet.clip %x : (tensor<?x4xf32>) -> tensor<?x4xf32>
  %f = resnet.clip %x min %v : (tensor<?x4xf32>, tensor<f32>) -> tensor<?x4xf32>
  return %a, %b, %c, %d, %e, %f
    : tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x4xf32>
}

// -----

//===----------------------------------------------------------------------===//
// Reshapes
//===----------------------------------------------------------------------===//

// To a matrix a flatten, through whatever reshapes there were; back to where it
// came from, nothing.
// CHECK-LABEL: func.func @reshape(
// CHECK-DAG: %[[S:.+]] = resnet.constant dense<[-1, 4, 2]> : tensor<3xi64>
// CHECK: %[[A:.+]] = resnet.flatten %arg0 : (tensor<?x2x4xf32>) -> tensor<?x8xf32>
// CHECK-NEXT: %[[B:.+]] = resnet.reshape %arg0, %[[S]] : (tensor<?x2x4xf32>, tensor<3xi64>) -> tensor<?x4x2xf32>
// CHECK-NEXT: return %[[A]], %[[B]], %arg0
func.func @reshape(%x: tensor<?x2x4xf32>) -> (tensor<?x8xf32>, tensor<?x4x2xf32>, tensor<?x2x4xf32>) {
  %two = resnet.constant dense<[0, -1]> : tensor<2xi64>
  %four = resnet.constant dense<[-1, 4, 2]> : tensor<3xi64>
  %back = resnet.constant dense<[0, 2, 4]> : tensor<3xi64>
  %a = resnet.reshape %x, %two : (tensor<?x2x4xf32>, tensor<2xi64>) -> tensor<?x8xf32>
  %b = resnet.reshape %a, %four : (tensor<?x8xf32>, tensor<3xi64>) -> tensor<?x4x2xf32>
  %c = resnet.reshape %b, %back : (tensor<?x4x2xf32>, tensor<3xi64>) -> tensor<?x2x4xf32>
  return %a, %b, %c : tensor<?x8xf32>, tensor<?x4x2xf32>, tensor<?x2x4xf32>
}

// -----

// The batch moves: [2, 6] to [3, 4] and on to [2, 2, 3] is not one reshape from
// the start as long as anybody could read the example in the middle.
// CHECK-LABEL: func.func @reshape_batch(
// CHECK: %[[A:.+]] = resnet.reshape %arg0, %{{.+}} : (tensor<2x6xf32>, tensor<2xi64>) -> tensor<3x4xf32>
// CHECK-NEXT: %[[B:.+]] = resnet.reshape %[[A]], %{{.+}} : (tensor<3x4xf32>, tensor<3xi64>) -> tensor<2x2x3xf32>
// CHECK-NEXT: return %[[B]]
func.func @reshape_batch(%x: tensor<2x6xf32>) -> tensor<2x2x3xf32> {
  %s = resnet.constant dense<[3, 4]> : tensor<2xi64>
  %t = resnet.constant dense<[2, 2, 3]> : tensor<3xi64>
  %a = resnet.reshape %x, %s : (tensor<2x6xf32>, tensor<2xi64>) -> tensor<3x4xf32>
  %b = resnet.reshape %a, %t : (tensor<3x4xf32>, tensor<3xi64>) -> tensor<2x2x3xf32>
  return %b : tensor<2x2x3xf32>
}

// -----

// A flatten of a flatten reads the first one's input; of a matrix it is nothing.
// One that joins examples stays.
// CHECK-LABEL: func.func @flatten(
// CHECK-NEXT: %[[A:.+]] = resnet.flatten %arg0 : (tensor<?x2x4xf32>) -> tensor<?x8xf32>
// CHECK-NEXT: %[[B:.+]] = resnet.flatten %arg0 : (tensor<?x2x4xf32>) -> tensor<?x8xf32>
// CHECK-NEXT: %[[C:.+]] = resnet.flatten %arg1 {axis = 2 : i64} : (tensor<2x3x4xf32>) -> tensor<6x4xf32>
// CHECK-NEXT: return %[[A]], %[[B]], %arg2, %[[C]]
func.func @flatten(%x: tensor<?x2x4xf32>, %s: tensor<2x3x4xf32>, %m: tensor<?x8xf32>)
    -> (tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32>, tensor<6x4xf32>) {
  %a = resnet.flatten %x : (tensor<?x2x4xf32>) -> tensor<?x8xf32>
  %b = resnet.flatten %a : (tensor<?x8xf32>) -> tensor<?x8xf32>
  %c = resnet.flatten %m : (tensor<?x8xf32>) -> tensor<?x8xf32>
  %d = resnet.flatten %s {axis = 2 : i64} : (tensor<2x3x4xf32>) -> tensor<6x4xf32>
  return %a, %b, %c, %d : tensor<?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32>, tensor<6x4xf32>
}

// -----

// Squeezes and unsqueezes that keep the batch in front are reshapes.
// CHECK-LABEL: func.func @squeeze(
// CHECK-DAG: %[[THREE:.+]] = resnet.constant dense<[-1, 4, 1]> : tensor<3xi64>
// CHECK-DAG: %[[FOUR:.+]] = resnet.constant dense<[-1, 2, 1, 4]> : tensor<4xi64>
// CHECK: %[[A:.+]] = resnet.flatten %arg0 : (tensor<?x4x1x1xf32>) -> tensor<?x4xf32>
// CHECK-NEXT: %[[B:.+]] = resnet.reshape %arg0, %[[THREE]] : (tensor<?x4x1x1xf32>, tensor<3xi64>) -> tensor<?x4x1xf32>
// CHECK-NEXT: %[[C:.+]] = resnet.reshape %arg1, %[[FOUR]] : (tensor<?x2x4xf32>, tensor<4xi64>) -> tensor<?x2x1x4xf32>
// CHECK-NEXT: return %[[A]], %[[B]], %[[C]]
func.func @squeeze(%x: tensor<?x4x1x1xf32>, %v: tensor<?x2x4xf32>)
    -> (tensor<?x4xf32>, tensor<?x4x1xf32>, tensor<?x2x1x4xf32>) {
  %both = resnet.constant dense<[2, 3]> : tensor<2xi64>
  %one = resnet.constant dense<2> : tensor<1xi64>
  %a = resnet.squeeze %x, %both : (tensor<?x4x1x1xf32>, tensor<2xi64>) -> tensor<?x4xf32>
  %b = resnet.squeeze %x, %one : (tensor<?x4x1x1xf32>, tensor<1xi64>) -> tensor<?x4x1xf32>
  %c = resnet.unsqueeze %v, %one : (tensor<?x2x4xf32>, tensor<1xi64>) -> tensor<?x2x1x4xf32>
  return %a, %b, %c : tensor<?x4xf32>, tensor<?x4x1xf32>, tensor<?x2x1x4xf32>
}

// -----

// These take the batch away, or move it.
// CHECK-LABEL: func.func @squeeze_batch(
// CHECK: resnet.squeeze
// CHECK-NEXT: resnet.unsqueeze
// CHECK-NEXT: return
func.func @squeeze_batch(%x: tensor<1x4x2xf32>, %v: tensor<?x4xf32>) -> (tensor<4x2xf32>, tensor<1x?x4xf32>) {
  %axis = resnet.constant dense<0> : tensor<1xi64>
  %a = resnet.squeeze %x, %axis : (tensor<1x4x2xf32>, tensor<1xi64>) -> tensor<4x2xf32>
  %b = resnet.unsqueeze %v, %axis : (tensor<?x4xf32>, tensor<1xi64>) -> tensor<1x?x4xf32>
  return %a, %b : tensor<4x2xf32>, tensor<1x?x4xf32>
}

// -----

//===----------------------------------------------------------------------===//
// Transposes and casts
//===----------------------------------------------------------------------===//

// Dimension i of the result is dimension perm[i] of its input, so the first
// permutation is indexed by the second: [0, 3, 1, 2] by [0, 2, 1, 3] is
// [0, 1, 3, 2]. The inverse leaves nothing.
// CHECK-LABEL: func.func @transposes(
// CHECK-NEXT: %[[Y:.+]] = resnet.transpose %arg0 {perm = array<i64: 0, 1, 3, 2>} : (tensor<?x2x3x4xf32>) -> tensor<?x2x4x3xf32>
// CHECK-NEXT: return %[[Y]], %arg0
func.func @transposes(%x: tensor<?x2x3x4xf32>) -> (tensor<?x2x4x3xf32>, tensor<?x2x3x4xf32>) {
  %a = resnet.transpose %x {perm = array<i64: 0, 3, 1, 2>} : (tensor<?x2x3x4xf32>) -> tensor<?x4x2x3xf32>
  %y = resnet.transpose %a {perm = array<i64: 0, 2, 1, 3>} : (tensor<?x4x2x3xf32>) -> tensor<?x2x4x3xf32>
  %z = resnet.transpose %a {perm = array<i64: 0, 2, 3, 1>} : (tensor<?x4x2x3xf32>) -> tensor<?x2x3x4xf32>
  return %y, %z : tensor<?x2x4x3xf32>, tensor<?x2x3x4xf32>
}

// -----

// Dimensions of size 1 move for nothing, others and the batch do not: square
// planes keep their type, but not their elements.
// CHECK-LABEL: func.func @transpose_ones(
// CHECK-DAG: %[[S:.+]] = resnet.constant dense<[-1, 1, 3, 2]> : tensor<4xi64>
// CHECK: %[[A:.+]] = resnet.reshape %arg0, %[[S]] : (tensor<?x3x1x2xf32>, tensor<4xi64>) -> tensor<?x1x3x2xf32>
// CHECK-NEXT: %[[B:.+]] = resnet.transpose %arg1 {perm = array<i64: 0, 1, 3, 2>}
// CHECK-NEXT: %[[C:.+]] = resnet.transpose %arg2 {perm = array<i64: 1, 0, 2>}
// CHECK-NEXT: return %[[A]], %[[B]], %[[C]]
func.func @transpose_ones(%x: tensor<?x3x1x2xf32>, %s: tensor<?x2x3x3xf32>, %v: tensor<2x1x3xf32>)
    -> (tensor<?x1x3x2xf32>, tensor<?x2x3x3xf32>, tensor<1x2x3xf32>) {
  %a = resnet.transpose %x {perm = array<i64: 0, 2, 1, 3>} : (tensor<?x3x1x2xf32>) -> tensor<?x1x3x2xf32>
  %b = resnet.transpose %s {perm = array<i64: 0, 1, 3, 2>} : (tensor<?x2x3x3xf32>) -> tensor<?x2x3x3xf32>
  %c = resnet.transpose %v {perm = array<i64: 1, 0, 2>} : (tensor<2x1x3xf32>) -> tensor<1x2x3xf32>
  return %a, %b, %c : tensor<?x1x3x2xf32>, tensor<?x2x3x3xf32>, tensor<1x2x3xf32>
}

// -----

// CHECK-LABEL: func.func @cast(
// CHECK-NEXT: %[[B:.+]] = resnet.cast %arg0 {to = f64}
// CHECK-NEXT: return %arg0, %[[B]]
func.func @cast(%x: tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<?x4xf64>) {
  %a = resnet.cast %x {to = f32} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  %b = resnet.cast %x {to = f64} : (tensor<?x4xf32>) -> tensor<?x4xf64>
  return %a, %b : tensor<?x4xf32>, tensor<?x4xf64>
}

// -----

// With a dilation as large as the input, only the middle tap reads it.
// CHECK-LABEL: func.func @middle_tap(
// CHECK: %[[W:.+]] = resnet.constant dense<5.000000e+00> : tensor<1x1x1x1xf32>
// CHECK: resnet.conv %arg0, %[[W]] {dilations = array<i64: 4, 4>} :
func.func @middle_tap(%x: tensor<?x1x4x4xf32>) -> tensor<?x1x4x4xf32> {
  %w = resnet.constant dense<[[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]]]> : tensor<1x1x3x3xf32>
  %y = resnet.conv %x, %w {dilations = array<i64: 4, 4>, pads = array<i64: 4, 4, 4, 4>} : (tensor<?x1x4x4xf32>, tensor<1x1x3x3xf32>) -> tensor<?x1x4x4xf32>
  return %y : tensor<?x1x4x4xf32>
}

// -----

// Of the columns the last tap reads nothing, of the rows all read something.
// CHECK-LABEL: func.func @last_column(
// CHECK: %[[W:.+]] = resnet.constant dense<{{\[\[\[\[}}1.000000e+00, 2.000000e+00], [4.000000e+00, 5.000000e+00]]]]>
// CHECK: resnet.conv %arg0, %[[W]] {dilations = array<i64: 3, 5>, pads = array<i64: 3, 2, 0, 2>}
func.func @last_column(%x: tensor<?x1x4x4xf32>) -> tensor<?x1x4x3xf32> {
  %w = resnet.constant dense<[[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]]> : tensor<1x1x2x3xf32>
  %y = resnet.conv %x, %w {dilations = array<i64: 3, 5>, pads = array<i64: 3, 2, 0, 7>} : (tensor<?x1x4x4xf32>, tensor<1x1x2x3xf32>) -> tensor<?x1x4x3xf32>
  return %y : tensor<?x1x4x3xf32>
}

// Where nothing is dropped, and where training would drop something.
// CHECK-LABEL: func.func @dropout
// CHECK: %[[Y:.+]] = resnet.dropout %arg0
// CHECK: return %arg0, %arg0, %[[Y]]
func.func @dropout(%x: tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>) {
  %n = resnet.constant dense<[0, 1]> : tensor<2xi64>
  %r = resnet.constant dense<0> : tensor<3xui32>
  %0 = resnet.dropout %x example %n random %r {ratio = 0.0 : f32} : (tensor<2x4xf32>, tensor<2xi64>, tensor<3xui32>) -> tensor<2x4xf32>
  %1 = resnet.dropout %x {ratio = 0.0 : f32} : (tensor<2x4xf32>) -> tensor<2x4xf32>
  %2 = resnet.dropout %x : (tensor<2x4xf32>) -> tensor<2x4xf32>
  return %0, %1, %2 : tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x4xf32>
}
