// RUN: resnet-opt %s --resnet-assign-layout --split-input-file | FileCheck %s
// RUN: resnet-opt %s --resnet-assign-layout=block=16 --split-input-file | FileCheck %s --check-prefix=B16

// A stem and the chain behind it. The image has 3 channels, fewer than a block:
// it stays planar, with the stem's pads around it. The pool reads without a
// halo and the convolution with one: the halo is the widest that any reader
// wants, side by side. The image and the result are plain.
// CHECK-LABEL: func.func @stem(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<?x3x8x8xf32>)
// CHECK-SAME: -> (tensor<?x16x2x2xf32>, tensor<?x16x8x8xf32>)
// CHECK-NEXT: %[[I:.+]] = resnet.reorder %[[X]] : (tensor<?x3x8x8xf32>) -> tensor<?x3x8x8xf32, #resnet.layout<block = 1, halo = [3, 3, 3, 3]>>
// CHECK: %[[C:.+]] = resnet.conv %[[I]], {{.*}} -> tensor<?x16x8x8xf32, #resnet.layout<block = 8, halo = [1, 2, 1, 0]>>
// CHECK-NEXT: %[[P:.+]] = resnet.max_pool %[[C]] {{.*}} -> tensor<?x16x2x2xf32, #resnet.layout<block = 8, halo = [0, 0, 0, 0]>>
// CHECK-NEXT: %[[PO:.+]] = resnet.reorder %[[P]] : {{.*}} -> tensor<?x16x2x2xf32>
// CHECK-NEXT: %[[D:.+]] = resnet.conv %[[C]], {{.*}} {pads = array<i64: 1, 0, 1, 0>}
// CHECK-SAME: -> tensor<?x16x8x8xf32, #resnet.layout<block = 8, halo = [0, 0, 0, 0]>>
// CHECK-NEXT: %[[E:.+]] = resnet.conv %[[C]], {{.*}} residual %[[D]] {pads = array<i64: 0, 2, 0, 0>}
// CHECK-SAME: -> tensor<?x16x8x8xf32, #resnet.layout<block = 8, halo = [0, 0, 0, 0]>>
// CHECK-NEXT: %[[EO:.+]] = resnet.reorder %[[E]] : {{.*}} -> tensor<?x16x8x8xf32>
// CHECK-NEXT: return %[[PO]], %[[EO]]
// B16-LABEL: func.func @stem(
// B16: resnet.reorder {{.*}} -> tensor<?x3x8x8xf32, #resnet.layout<block = 1, halo = [3, 3, 3, 3]>>
// B16: resnet.conv {{.*}} -> tensor<?x16x8x8xf32, #resnet.layout<block = 16, halo = [1, 2, 1, 0]>>
// B16: resnet.max_pool {{.*}} -> tensor<?x16x2x2xf32, #resnet.layout<block = 16, halo = [0, 0, 0, 0]>>
func.func @stem(%x: tensor<?x3x8x8xf32>)
    -> (tensor<?x16x2x2xf32>, tensor<?x16x8x8xf32>) {
  %w = resnet.constant dense<1.0> : tensor<16x3x7x7xf32>
  %v = resnet.constant dense<1.0> : tensor<16x16x3x1xf32>
  %u = resnet.constant dense<1.0> : tensor<16x16x1x3xf32>
  %c = resnet.conv %x, %w {pads = array<i64: 3, 3, 3, 3>}
     : (tensor<?x3x8x8xf32>, tensor<16x3x7x7xf32>) -> tensor<?x16x8x8xf32>
  %p = resnet.max_pool %c {kernel_shape = array<i64: 4, 4>, strides = array<i64: 4, 4>}
     : (tensor<?x16x8x8xf32>) -> tensor<?x16x2x2xf32>
  %d = resnet.conv %c, %v {pads = array<i64: 1, 0, 1, 0>}
     : (tensor<?x16x8x8xf32>, tensor<16x16x3x1xf32>) -> tensor<?x16x8x8xf32>
  %e = resnet.conv %c, %u residual %d {pads = array<i64: 0, 2, 0, 0>}
     : (tensor<?x16x8x8xf32>, tensor<16x16x1x3xf32>, tensor<?x16x8x8xf32>) -> tensor<?x16x8x8xf32>
  return %p, %e : tensor<?x16x2x2xf32>, tensor<?x16x8x8xf32>
}

// -----

// A network without work has no reorders, and no layouts.
// CHECK-LABEL: func.func @plain(
// CHECK-NOT: #resnet.layout
// CHECK: return
func.func @plain(%x: tensor<?x16x4x4xf32>) -> tensor<?x16x4x4xf32> {
  %y = resnet.relu %x : (tensor<?x16x4x4xf32>) -> tensor<?x16x4x4xf32>
  %z = resnet.add %y, %x : (tensor<?x16x4x4xf32>, tensor<?x16x4x4xf32>) -> tensor<?x16x4x4xf32>
  return %z : tensor<?x16x4x4xf32>
}

// -----

// One reorder serves all readers that want blocks, with the widest halo of
// theirs; the relu takes the image as it is.
// CHECK-LABEL: func.func @one_reorder(
// CHECK-NEXT: %[[R:.+]] = resnet.reorder %arg0 : (tensor<?x8x4x4xf32>) -> tensor<?x8x4x4xf32, #resnet.layout<block = 8, halo = [1, 1, 1, 1]>>
// CHECK: resnet.conv %[[R]], %{{[^ ]+}} :
// CHECK-NEXT: resnet.reorder
// CHECK-NEXT: resnet.conv %[[R]], %{{[^ ]+}} {pads = array<i64: 1, 1, 1, 1>} :
// CHECK-NEXT: resnet.reorder
// CHECK-NEXT: resnet.relu %arg0 : (tensor<?x8x4x4xf32>) -> tensor<?x8x4x4xf32>
// CHECK-NEXT: return
func.func @one_reorder(%x: tensor<?x8x4x4xf32>)
    -> (tensor<?x8x4x4xf32>, tensor<?x8x4x4xf32>, tensor<?x8x4x4xf32>) {
  %w = resnet.constant dense<1.0> : tensor<8x8x1x1xf32>
  %v = resnet.constant dense<1.0> : tensor<8x8x3x3xf32>
  %a = resnet.conv %x, %w : (tensor<?x8x4x4xf32>, tensor<8x8x1x1xf32>) -> tensor<?x8x4x4xf32>
  %b = resnet.conv %x, %v {pads = array<i64: 1, 1, 1, 1>} : (tensor<?x8x4x4xf32>, tensor<8x8x3x3xf32>) -> tensor<?x8x4x4xf32>
  %c = resnet.relu %x : (tensor<?x8x4x4xf32>) -> tensor<?x8x4x4xf32>
  return %a, %b, %c : tensor<?x8x4x4xf32>, tensor<?x8x4x4xf32>, tensor<?x8x4x4xf32>
}

// -----

// 4 channels are fewer than a block, but in two groups they are blocked: a
// planar input has one group only.
// CHECK-LABEL: func.func @grouped(
// CHECK-NEXT: resnet.reorder %arg0 : (tensor<?x4x4x4xf32>) -> tensor<?x4x4x4xf32, #resnet.layout<block = 8, halo = [0, 0, 0, 0]>>
// CHECK: resnet.conv {{.*}} {group = 2 : i64} : {{.*}} -> tensor<?x4x4x4xf32, #resnet.layout<block = 8, halo = [0, 0, 0, 0]>>
// B16-LABEL: func.func @grouped(
// B16: resnet.reorder {{.*}}block = 16
func.func @grouped(%x: tensor<?x4x4x4xf32>) -> tensor<?x4x4x4xf32> {
  %w = resnet.constant dense<1.0> : tensor<4x2x1x1xf32>
  %y = resnet.conv %x, %w {group = 2 : i64} : (tensor<?x4x4x4xf32>, tensor<4x2x1x1xf32>) -> tensor<?x4x4x4xf32>
  return %y : tensor<?x4x4x4xf32>
}

// -----

// 8 channels are a block of 8, but fewer than one of 16.
// CHECK-LABEL: func.func @full_block(
// CHECK: resnet.reorder {{.*}} -> tensor<?x8x4x4xf32, #resnet.layout<block = 8, halo = [0, 0, 0, 0]>>
// B16-LABEL: func.func @full_block(
// B16: %[[Y:.+]] = resnet.conv %arg0, %{{[^ ]+}} : {{.*}} -> tensor<?x8x4x4xf32, #resnet.layout<block = 16, halo = [0, 0, 0, 0]>>
// B16-NEXT: resnet.reorder %[[Y]]
func.func @full_block(%x: tensor<?x8x4x4xf32>) -> tensor<?x8x4x4xf32> {
  %w = resnet.constant dense<1.0> : tensor<8x8x1x1xf32>
  %y = resnet.conv %x, %w : (tensor<?x8x4x4xf32>, tensor<8x8x1x1xf32>) -> tensor<?x8x4x4xf32>
  return %y : tensor<?x8x4x4xf32>
}

// -----

// The head: blocks go through a flatten of 1x1 planes into the Gemm. What the
// softmax reads is plain.
// CHECK-LABEL: func.func @head(
// CHECK: %[[P:.+]] = resnet.global_avg_pool {{.*}} -> tensor<?x16x1x1xf32, #resnet.layout<block = 8, halo = [0, 0, 0, 0]>>
// CHECK-NEXT: %[[F:.+]] = resnet.flatten %[[P]] {{.*}} -> tensor<?x16xf32, #resnet.layout<block = 8, halo = [0, 0, 0, 0]>>
// CHECK: %[[G:.+]] = resnet.gemm %[[F]], {{.*}} -> tensor<?x10xf32, #resnet.layout<block = 8, halo = [0, 0, 0, 0]>>
// CHECK-NEXT: %[[R:.+]] = resnet.reorder %[[G]] : {{.*}} -> tensor<?x10xf32>
// CHECK-NEXT: %[[S:.+]] = resnet.softmax %[[R]] : (tensor<?x10xf32>) -> tensor<?x10xf32>
// CHECK-NEXT: return %[[S]]
func.func @head(%x: tensor<?x16x4x4xf32>) -> tensor<?x10xf32> {
  %p = resnet.global_avg_pool %x : (tensor<?x16x4x4xf32>) -> tensor<?x16x1x1xf32>
  %f = resnet.flatten %p : (tensor<?x16x1x1xf32>) -> tensor<?x16xf32>
  %w = resnet.constant dense<1.0> : tensor<16x10xf32>
  %g = resnet.gemm %f, %w : (tensor<?x16xf32>, tensor<16x10xf32>) -> tensor<?x10xf32>
  %s = resnet.softmax %g : (tensor<?x10xf32>) -> tensor<?x10xf32>
  return %s : tensor<?x10xf32>
}

// -----

// Planes of more than one pixel do not flatten in blocks: plain before it, and
// blocks again behind it for the Gemm.
// CHECK-LABEL: func.func @flatten_planes(
// CHECK: %[[P:.+]] = resnet.max_pool {{.*}} -> tensor<?x8x2x2xf32, #resnet.layout<block = 8, halo = [0, 0, 0, 0]>>
// CHECK-NEXT: %[[R:.+]] = resnet.reorder %[[P]] : {{.*}} -> tensor<?x8x2x2xf32>
// CHECK-NEXT: %[[F:.+]] = resnet.flatten %[[R]] : (tensor<?x8x2x2xf32>) -> tensor<?x32xf32>
// CHECK-NEXT: %[[B:.+]] = resnet.reorder %[[F]] : (tensor<?x32xf32>) -> tensor<?x32xf32, #resnet.layout<block = 8, halo = [0, 0, 0, 0]>>
// CHECK: resnet.gemm %[[B]]
func.func @flatten_planes(%x: tensor<?x8x4x4xf32>) -> tensor<?x8xf32> {
  %p = resnet.max_pool %x {kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>}
     : (tensor<?x8x4x4xf32>) -> tensor<?x8x2x2xf32>
  %f = resnet.flatten %p : (tensor<?x8x2x2xf32>) -> tensor<?x32xf32>
  %w = resnet.constant dense<1.0> : tensor<32x8xf32>
  %g = resnet.gemm %f, %w : (tensor<?x32xf32>, tensor<32x8xf32>) -> tensor<?x8xf32>
  return %g : tensor<?x8xf32>
}

// -----

// A Gemm that is no layer, with a matrix that is computed, works on plain
// memory (and is an error later).
// CHECK-LABEL: func.func @gemm_of_inputs(
// CHECK-NOT: resnet.layout
// CHECK: return
func.func @gemm_of_inputs(%x: tensor<?x16xf32>, %w: tensor<16x8xf32>) -> tensor<?x8xf32> {
  %g = resnet.gemm %x, %w : (tensor<?x16xf32>, tensor<16x8xf32>) -> tensor<?x8xf32>
  return %g : tensor<?x8xf32>
}

// -----

// Elementwise operations keep the layout and write the halo that the next
// convolution wants; a constant operand has no layout.
// CHECK-LABEL: func.func @elementwise(
// CHECK: %[[C:.+]] = resnet.conv {{.*}} -> tensor<?x12x4x4xf32, #resnet.layout<block = 8, halo = [0, 0, 0, 0]>>
// CHECK-NEXT: %[[A:.+]] = resnet.sigmoid %[[C]] {{.*}} -> tensor<?x12x4x4xf32, #resnet.layout<block = 8, halo = [0, 0, 0, 0]>>
// CHECK-NEXT: %[[K:.+]] = resnet.constant {{.*}} : tensor<12x1x1xf32>
// CHECK-NEXT: %[[M:.+]] = resnet.mul %[[A]], %[[K]] {{.*}} -> tensor<?x12x4x4xf32, #resnet.layout<block = 8, halo = [1, 1, 1, 1]>>
// CHECK-NEXT: resnet.conv %[[M]],
func.func @elementwise(%x: tensor<?x12x4x4xf32>) -> tensor<?x12x4x4xf32> {
  %w = resnet.constant dense<1.0> : tensor<12x12x1x1xf32>
  %v = resnet.constant dense<1.0> : tensor<12x12x3x3xf32>
  %c = resnet.conv %x, %w : (tensor<?x12x4x4xf32>, tensor<12x12x1x1xf32>) -> tensor<?x12x4x4xf32>
  %a = resnet.sigmoid %c : (tensor<?x12x4x4xf32>) -> tensor<?x12x4x4xf32>
  %k = resnet.constant dense<2.0> : tensor<12x1x1xf32>
  %m = resnet.mul %a, %k : (tensor<?x12x4x4xf32>, tensor<12x1x1xf32>) -> tensor<?x12x4x4xf32>
  %y = resnet.conv %m, %v {pads = array<i64: 1, 1, 1, 1>} : (tensor<?x12x4x4xf32>, tensor<12x12x3x3xf32>) -> tensor<?x12x4x4xf32>
  return %y : tensor<?x12x4x4xf32>
}

// -----

// The last block of 12 channels is padded, and 0 / 0 would be written there: a
// quotient is plain then. 16 channels fill their blocks of 8.
// CHECK-LABEL: func.func @div(
// CHECK: resnet.div %{{[^ ]+}}, %{{[^ ]+}} : (tensor<?x12x4x4xf32>, tensor<?x12x4x4xf32>) -> tensor<?x12x4x4xf32>
// CHECK: resnet.div %{{[^ ]+}}, %{{[^ ]+}} : {{.*}} -> tensor<?x16x4x4xf32, #resnet.layout<block = 8, halo = [0, 0, 0, 0]>>
// B16-LABEL: func.func @div(
// B16: resnet.div %{{[^ ]+}}, %{{[^ ]+}} : (tensor<?x12x4x4xf32>, tensor<?x12x4x4xf32>) -> tensor<?x12x4x4xf32>
// B16: resnet.div %{{[^ ]+}}, %{{[^ ]+}} : {{.*}} -> tensor<?x16x4x4xf32, #resnet.layout<block = 16, halo = [0, 0, 0, 0]>>
func.func @div(%x: tensor<?x12x4x4xf32>, %z: tensor<?x16x4x4xf32>)
    -> (tensor<?x12x4x4xf32>, tensor<?x16x4x4xf32>) {
  %w = resnet.constant dense<1.0> : tensor<12x12x1x1xf32>
  %v = resnet.constant dense<1.0> : tensor<16x16x1x1xf32>
  %c = resnet.conv %x, %w : (tensor<?x12x4x4xf32>, tensor<12x12x1x1xf32>) -> tensor<?x12x4x4xf32>
  %a = resnet.div %c, %x : (tensor<?x12x4x4xf32>, tensor<?x12x4x4xf32>) -> tensor<?x12x4x4xf32>
  %d = resnet.conv %z, %v : (tensor<?x16x4x4xf32>, tensor<16x16x1x1xf32>) -> tensor<?x16x4x4xf32>
  %b = resnet.div %d, %z : (tensor<?x16x4x4xf32>, tensor<?x16x4x4xf32>) -> tensor<?x16x4x4xf32>
  return %a, %b : tensor<?x12x4x4xf32>, tensor<?x16x4x4xf32>
}

// -----

// A gate of 1x1 planes is blocked like what it multiplies. A row that is
// computed, of another rank, cannot be: the product is plain.
// CHECK-LABEL: func.func @broadcast(
// CHECK: %[[C:.+]] = resnet.conv
// CHECK-NEXT: %[[P:.+]] = resnet.reorder %[[C]] : {{.*}} -> tensor<?x8x4x4xf32>
// CHECK-NEXT: %[[G:.+]] = resnet.global_avg_pool %[[C]]
// CHECK-NEXT: resnet.mul %[[C]], %[[G]] : {{.*}} -> tensor<?x8x4x4xf32, #resnet.layout<block = 8, halo = [0, 0, 0, 0]>>
// CHECK: resnet.mul %[[P]], %arg1 : (tensor<?x8x4x4xf32>, tensor<4xf32>) -> tensor<?x8x4x4xf32>
func.func @broadcast(%x: tensor<?x8x4x4xf32>, %row: tensor<4xf32>)
    -> (tensor<?x8x4x4xf32>, tensor<?x8x4x4xf32>) {
  %w = resnet.constant dense<1.0> : tensor<8x8x1x1xf32>
  %c = resnet.conv %x, %w : (tensor<?x8x4x4xf32>, tensor<8x8x1x1xf32>) -> tensor<?x8x4x4xf32>
  %g = resnet.global_avg_pool %c : (tensor<?x8x4x4xf32>) -> tensor<?x8x1x1xf32>
  %a = resnet.mul %c, %g : (tensor<?x8x4x4xf32>, tensor<?x8x1x1xf32>) -> tensor<?x8x4x4xf32>
  %b = resnet.mul %c, %row : (tensor<?x8x4x4xf32>, tensor<4xf32>) -> tensor<?x8x4x4xf32>
  return %a, %b : tensor<?x8x4x4xf32>, tensor<?x8x4x4xf32>
}

// -----

// Movement keeps the layout it finds: a shortcut of slices and padded channels
// stays in blocks, and a concat takes those of any operand.
// CHECK-LABEL: func.func @movement(
// CHECK: %[[I:.+]] = resnet.reorder %arg1 : (tensor<?x4x2x2xf32>) -> tensor<?x4x2x2xf32, #resnet.layout<block = 8, halo = [0, 0, 0, 0]>>
// CHECK: %[[C:.+]] = resnet.conv {{.*}} -> tensor<?x8x4x4xf32, #resnet.layout<block = 8, halo = [0, 0, 0, 0]>>
// CHECK: %[[S:.+]] = resnet.slice %[[C]], {{.*}} -> tensor<?x8x2x2xf32, #resnet.layout<block = 8, halo = [0, 0, 0, 0]>>
// CHECK: %[[P:.+]] = resnet.pad %[[S]], {{.*}} -> tensor<?x16x2x2xf32, #resnet.layout<block = 8, halo = [0, 0, 0, 0]>>
// CHECK: resnet.concat %[[P]], %[[I]] {axis = 1 : i64} : {{.*}} -> tensor<?x20x2x2xf32, #resnet.layout<block = 8, halo = [0, 0, 0, 0]>>
// CHECK: resnet.transpose %{{[^ ]+}} {{.*}} : (tensor<?x8x4x4xf32>) -> tensor<?x4x4x8xf32>
func.func @movement(%x: tensor<?x8x4x4xf32>, %other: tensor<?x4x2x2xf32>)
    -> (tensor<?x20x2x2xf32>, tensor<?x4x4x8xf32>) {
  %w = resnet.constant dense<1.0> : tensor<8x8x1x1xf32>
  %c = resnet.conv %x, %w : (tensor<?x8x4x4xf32>, tensor<8x8x1x1xf32>) -> tensor<?x8x4x4xf32>
  %zeros = resnet.constant dense<0> : tensor<2xi64>
  %ends = resnet.constant dense<4> : tensor<2xi64>
  %axes = resnet.constant dense<[2, 3]> : tensor<2xi64>
  %steps = resnet.constant dense<2> : tensor<2xi64>
  %s = resnet.slice %c, %zeros, %ends axes %axes steps %steps
     : (tensor<?x8x4x4xf32>, tensor<2xi64>, tensor<2xi64>, tensor<2xi64>, tensor<2xi64>) -> tensor<?x8x2x2xf32>
  %pads = resnet.constant dense<[0, 4, 0, 0, 0, 4, 0, 0]> : tensor<8xi64>
  %p = resnet.pad %s, %pads : (tensor<?x8x2x2xf32>, tensor<8xi64>) -> tensor<?x16x2x2xf32>
  %y = resnet.concat %p, %other {axis = 1 : i64} : (tensor<?x16x2x2xf32>, tensor<?x4x2x2xf32>) -> tensor<?x20x2x2xf32>
  // A transpose moves channels: plain.
  %z = resnet.transpose %c {perm = array<i64: 0, 2, 3, 1>} : (tensor<?x8x4x4xf32>) -> tensor<?x4x4x8xf32>
  return %y, %z : tensor<?x20x2x2xf32>, tensor<?x4x4x8xf32>
}

// -----

// Of an image that nobody blocked they stay plain.
// CHECK-LABEL: func.func @plain_movement(
// CHECK-NOT: resnet.layout
// CHECK: return
func.func @plain_movement(%x: tensor<?x8x4x4xf32>) -> tensor<?x24x4x4xf32> {
  %pads = resnet.constant dense<[0, 4, 0, 0, 0, 4, 0, 0]> : tensor<8xi64>
  %p = resnet.pad %x, %pads : (tensor<?x8x4x4xf32>, tensor<8xi64>) -> tensor<?x16x4x4xf32>
  %y = resnet.concat %p, %x {axis = 1 : i64} : (tensor<?x16x4x4xf32>, tensor<?x8x4x4xf32>) -> tensor<?x24x4x4xf32>
  return %y : tensor<?x24x4x4xf32>
}

// -----

// Other ranks have no layout: a 1-d convolution stays plain (and is an error
// later).
// CHECK-LABEL: func.func @conv_1d(
// CHECK-NOT: resnet.layout
// CHECK: return
func.func @conv_1d(%x: tensor<?x8x8xf32>) -> tensor<?x8x6xf32> {
  %w = resnet.constant dense<1.0> : tensor<8x8x3xf32>
  %y = resnet.conv %x, %w {strides = array<i64: 1>, pads = array<i64: 0, 0>, dilations = array<i64: 1>}
     : (tensor<?x8x8xf32>, tensor<8x8x3xf32>) -> tensor<?x8x6xf32>
  return %y : tensor<?x8x6xf32>
}

// -----

// A result is plain: it does not share the halo of a convolution that reads few
// channels in planes.
// CHECK-LABEL: func.func @few_channels_returned(
// CHECK: %[[A:.+]] = resnet.conv {{.*}} -> tensor<?x4x6x6xf32, #resnet.layout<block = 8, halo = [0, 0, 0, 0]>>
// CHECK-NEXT: %[[R:.+]] = resnet.reorder %[[A]] : {{.*}} -> tensor<?x4x6x6xf32>
// CHECK-NEXT: %[[H:.+]] = resnet.reorder %[[A]] : {{.*}} -> tensor<?x4x6x6xf32, #resnet.layout<block = 1, halo = [1, 1, 1, 1]>>
// CHECK: resnet.conv %[[H]],
// CHECK: return %[[R]],
func.func @few_channels_returned(%x: tensor<?x8x6x6xf32>)
    -> (tensor<?x4x6x6xf32>, tensor<?x4x6x6xf32>) {
  %v = resnet.constant dense<1.0> : tensor<4x8x1x1xf32>
  %w = resnet.constant dense<1.0> : tensor<4x4x3x3xf32>
  %a = resnet.conv %x, %v : (tensor<?x8x6x6xf32>, tensor<4x8x1x1xf32>) -> tensor<?x4x6x6xf32>
  %b = resnet.conv %a, %w {pads = array<i64: 1, 1, 1, 1>}
     : (tensor<?x4x6x6xf32>, tensor<4x4x3x3xf32>) -> tensor<?x4x6x6xf32>
  return %a, %b : tensor<?x4x6x6xf32>, tensor<?x4x6x6xf32>
}
