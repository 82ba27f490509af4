// RUN: resnet-opt %s --resnet-fuse-residual --split-input-file | FileCheck %s

// A block whose shortcut is its input.
// CHECK-LABEL: func.func @identity(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<?x2x4x4xf32>, %[[W:[a-z0-9]+]]: tensor<2x2x3x3xf32>, %[[B:[a-z0-9]+]]: tensor<2xf32>
// CHECK-NEXT: %[[C:.+]] = resnet.conv %[[X]], %[[W]] bias %[[B]] {activation = #resnet.activation<relu>, pads = array<i64: 1, 1, 1, 1>} :
// CHECK-NEXT: %[[Y:.+]] = resnet.conv %[[C]], %[[W]] residual %[[X]] {activation = #resnet.activation<relu>, pads = array<i64: 1, 1, 1, 1>} :
// CHECK-NEXT: return %[[Y]]
func.func @identity(%x: tensor<?x2x4x4xf32>, %w: tensor<2x2x3x3xf32>, %b: tensor<2xf32>) -> tensor<?x2x4x4xf32> {
  %c = resnet.conv %x, %w bias %b {pads = array<i64: 1, 1, 1, 1>}
     : (tensor<?x2x4x4xf32>, tensor<2x2x3x3xf32>, tensor<2xf32>) -> tensor<?x2x4x4xf32>
  %r = resnet.relu %c : (tensor<?x2x4x4xf32>) -> tensor<?x2x4x4xf32>
  %d = resnet.conv %r, %w {pads = array<i64: 1, 1, 1, 1>}
     : (tensor<?x2x4x4xf32>, tensor<2x2x3x3xf32>) -> tensor<?x2x4x4xf32>
  %s = resnet.add %d, %x : (tensor<?x2x4x4xf32>, tensor<?x2x4x4xf32>) -> tensor<?x2x4x4xf32>
  %y = resnet.relu %s : (tensor<?x2x4x4xf32>) -> tensor<?x2x4x4xf32>
  return %y : tensor<?x2x4x4xf32>
}

// -----

// The other order of summands; without a relu behind, no activation.
// CHECK-LABEL: func.func @swapped(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<?x2x4x4xf32>, %[[W:[a-z0-9]+]]:
// CHECK-NEXT: %[[Y:.+]] = resnet.conv %[[X]], %[[W]] residual %[[X]] :
// CHECK-NEXT: return %[[Y]]
func.func @swapped(%x: tensor<?x2x4x4xf32>, %w: tensor<2x2x1x1xf32>) -> tensor<?x2x4x4xf32> {
  %c = resnet.conv %x, %w : (tensor<?x2x4x4xf32>, tensor<2x2x1x1xf32>) -> tensor<?x2x4x4xf32>
  %y = resnet.add %x, %c : (tensor<?x2x4x4xf32>, tensor<?x2x4x4xf32>) -> tensor<?x2x4x4xf32>
  return %y : tensor<?x2x4x4xf32>
}

// -----

// Both summands are convolutions: the later one takes the earlier one's result,
// which is there by then. Here the projection comes last ...
// CHECK-LABEL: func.func @projection_last(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<?x2x4x4xf32>, %[[W:[a-z0-9]+]]: tensor<2x2x3x3xf32>, %[[P:[a-z0-9]+]]: tensor<2x2x1x1xf32>
// CHECK-NEXT: %[[C:.+]] = resnet.conv %[[X]], %[[W]] {pads = array<i64: 1, 1, 1, 1>, strides = array<i64: 2, 2>} :
// CHECK-NEXT: %[[Y:.+]] = resnet.conv %[[X]], %[[P]] residual %[[C]] {activation = #resnet.activation<relu>, strides = array<i64: 2, 2>} :
// CHECK-NEXT: return %[[Y]]
func.func @projection_last(%x: tensor<?x2x4x4xf32>, %w: tensor<2x2x3x3xf32>, %p: tensor<2x2x1x1xf32>) -> tensor<?x2x2x2xf32> {
  %c = resnet.conv %x, %w {pads = array<i64: 1, 1, 1, 1>, strides = array<i64: 2, 2>}
     : (tensor<?x2x4x4xf32>, tensor<2x2x3x3xf32>) -> tensor<?x2x2x2xf32>
  %d = resnet.conv %x, %p {strides = array<i64: 2, 2>}
     : (tensor<?x2x4x4xf32>, tensor<2x2x1x1xf32>) -> tensor<?x2x2x2xf32>
  %s = resnet.add %c, %d : (tensor<?x2x2x2xf32>, tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  %y = resnet.relu %s : (tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  return %y : tensor<?x2x2x2xf32>
}

// -----

// ... and here first, with the sum's operands in the same order.
// CHECK-LABEL: func.func @projection_first(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<?x2x4x4xf32>, %[[W:[a-z0-9]+]]: tensor<2x2x3x3xf32>, %[[P:[a-z0-9]+]]: tensor<2x2x1x1xf32>
// CHECK-NEXT: %[[D:.+]] = resnet.conv %[[X]], %[[P]] {strides = array<i64: 2, 2>} :
// CHECK-NEXT: %[[Y:.+]] = resnet.conv %[[X]], %[[W]] residual %[[D]] {pads = array<i64: 1, 1, 1, 1>, strides = array<i64: 2, 2>} :
// CHECK-NEXT: return %[[Y]]
func.func @projection_first(%x: tensor<?x2x4x4xf32>, %w: tensor<2x2x3x3xf32>, %p: tensor<2x2x1x1xf32>) -> tensor<?x2x2x2xf32> {
  %d = resnet.conv %x, %p {strides = array<i64: 2, 2>}
     : (tensor<?x2x4x4xf32>, tensor<2x2x1x1xf32>) -> tensor<?x2x2x2xf32>
  %c = resnet.conv %x, %w {pads = array<i64: 1, 1, 1, 1>, strides = array<i64: 2, 2>}
     : (tensor<?x2x4x4xf32>, tensor<2x2x3x3xf32>) -> tensor<?x2x2x2xf32>
  %y = resnet.add %c, %d : (tensor<?x2x2x2xf32>, tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32>
  return %y : tensor<?x2x2x2xf32>
}

// -----

// The shortcut is computed after the convolution that takes it: that moves
// behind it.
// CHECK-LABEL: func.func @shortcut_after(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<?x2x4x4xf32>, %[[W:[a-z0-9]+]]:
// CHECK-NEXT: %[[P:.+]] = resnet.sigmoid %[[X]]
// CHECK-NEXT: %[[Y:.+]] = resnet.conv %[[X]], %[[W]] residual %[[P]] :
// CHECK-NEXT: return %[[Y]]
func.func @shortcut_after(%x: tensor<?x2x4x4xf32>, %w: tensor<2x2x1x1xf32>) -> tensor<?x2x4x4xf32> {
  %c = resnet.conv %x, %w : (tensor<?x2x4x4xf32>, tensor<2x2x1x1xf32>) -> tensor<?x2x4x4xf32>
  %p = resnet.sigmoid %x : (tensor<?x2x4x4xf32>) -> tensor<?x2x4x4xf32>
  %y = resnet.add %c, %p : (tensor<?x2x4x4xf32>, tensor<?x2x4x4xf32>) -> tensor<?x2x4x4xf32>
  return %y : tensor<?x2x4x4xf32>
}

// -----

// A residual has the result's shape; a row of it, or a result larger than the
// convolution, is another sum.
// CHECK-LABEL: func.func @broadcast(
// CHECK: resnet.conv %{{[^ ]+}}, %{{[^ ]+}} :
// CHECK-NEXT: resnet.add
// CHECK: resnet.conv %{{[^ ]+}}, %{{[^ ]+}} :
// CHECK-NEXT: resnet.add
func.func @broadcast(%x: tensor<?x2x4x4xf32>, %w: tensor<2x2x1x1xf32>, %row: tensor<?x2x1x4xf32>, %v: tensor<1x2x1x1xf32>)
    -> (tensor<?x2x4x4xf32>, tensor<?x2x4x4xf32>) {
  %c = resnet.conv %x, %w : (tensor<?x2x4x4xf32>, tensor<2x2x1x1xf32>) -> tensor<?x2x4x4xf32>
  %y = resnet.add %c, %row : (tensor<?x2x4x4xf32>, tensor<?x2x1x4xf32>) -> tensor<?x2x4x4xf32>
  %d = resnet.conv %x, %v : (tensor<?x2x4x4xf32>, tensor<1x2x1x1xf32>) -> tensor<?x1x4x4xf32>
  %z = resnet.add %d, %x : (tensor<?x1x4x4xf32>, tensor<?x2x4x4xf32>) -> tensor<?x2x4x4xf32>
  return %y, %z : tensor<?x2x4x4xf32>, tensor<?x2x4x4xf32>
}

// -----

// Somebody else reads the convolution's result without the sum.
// CHECK-LABEL: func.func @two_uses(
// CHECK: %[[C:.+]] = resnet.conv %{{[^ ]+}}, %{{[^ ]+}} :
// CHECK-NEXT: %[[Y:.+]] = resnet.add %[[C]], %{{.+}}
// CHECK-NEXT: return %[[C]], %[[Y]]
func.func @two_uses(%x: tensor<?x2x4x4xf32>, %w: tensor<2x2x1x1xf32>) -> (tensor<?x2x4x4xf32>, tensor<?x2x4x4xf32>) {
  %c = resnet.conv %x, %w : (tensor<?x2x4x4xf32>, tensor<2x2x1x1xf32>) -> tensor<?x2x4x4xf32>
  %y = resnet.add %c, %x : (tensor<?x2x4x4xf32>, tensor<?x2x4x4xf32>) -> tensor<?x2x4x4xf32>
  return %c, %y : tensor<?x2x4x4xf32>, tensor<?x2x4x4xf32>
}

// -----

// c + c reads the convolution twice: it cannot be its own residual.
// CHECK-LABEL: func.func @twice(
// CHECK: %[[C:.+]] = resnet.conv %{{[^ ]+}}, %{{[^ ]+}} :
// CHECK-NEXT: %[[S:.+]] = resnet.add %[[C]], %[[C]]
// CHECK-NEXT: return %[[S]]
func.func @twice(%x: tensor<?x2x4x4xf32>, %w: tensor<2x2x1x1xf32>) -> tensor<?x2x4x4xf32> {
  %c = resnet.conv %x, %w : (tensor<?x2x4x4xf32>, tensor<2x2x1x1xf32>) -> tensor<?x2x4x4xf32>
  %s = resnet.add %c, %c : (tensor<?x2x4x4xf32>, tensor<?x2x4x4xf32>) -> tensor<?x2x4x4xf32>
  return %s : tensor<?x2x4x4xf32>
}

// -----

// An activation comes after the residual, so one that comes before the sum
// keeps the sum apart; so does a residual that is there already.
// CHECK-LABEL: func.func @taken(
// CHECK: resnet.conv %{{[^ ]+}}, %{{[^ ]+}} {activation = #resnet.activation<relu>} :
// CHECK-NEXT: resnet.add
// CHECK-NEXT: resnet.conv %{{[^ ]+}}, %{{[^ ]+}} residual %{{[^ ]+}} :
// CHECK-NEXT: resnet.add
func.func @taken(%x: tensor<?x2x4x4xf32>, %w: tensor<2x2x1x1xf32>) -> (tensor<?x2x4x4xf32>, tensor<?x2x4x4xf32>) {
  %c = resnet.conv %x, %w : (tensor<?x2x4x4xf32>, tensor<2x2x1x1xf32>) -> tensor<?x2x4x4xf32>
  %r = resnet.relu %c : (tensor<?x2x4x4xf32>) -> tensor<?x2x4x4xf32>
  %y = resnet.add %r, %x : (tensor<?x2x4x4xf32>, tensor<?x2x4x4xf32>) -> tensor<?x2x4x4xf32>
  %d = resnet.conv %x, %w residual %x
     : (tensor<?x2x4x4xf32>, tensor<2x2x1x1xf32>, tensor<?x2x4x4xf32>) -> tensor<?x2x4x4xf32>
  %z = resnet.add %d, %x : (tensor<?x2x4x4xf32>, tensor<?x2x4x4xf32>) -> tensor<?x2x4x4xf32>
  return %y, %z : tensor<?x2x4x4xf32>, tensor<?x2x4x4xf32>
}

// -----

// Only one of the summands has another reader: the other takes the residual.
// CHECK-LABEL: func.func @earlier_takes(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<?x2x4x4xf32>, %[[W:[a-z0-9]+]]: {{.*}}, %[[V:[a-z0-9]+]]: tensor<2x2x1x1xf32>)
// CHECK-NEXT: %[[D:.+]] = resnet.conv %[[X]], %[[V]] :
// CHECK-NEXT: %[[Y:.+]] = resnet.conv %[[X]], %[[W]] residual %[[D]] :
// CHECK-NEXT: return %[[D]], %[[Y]]
func.func @earlier_takes(%x: tensor<?x2x4x4xf32>, %w: tensor<2x2x1x1xf32>, %v: tensor<2x2x1x1xf32>)
    -> (tensor<?x2x4x4xf32>, tensor<?x2x4x4xf32>) {
  %c = resnet.conv %x, %w : (tensor<?x2x4x4xf32>, tensor<2x2x1x1xf32>) -> tensor<?x2x4x4xf32>
  %d = resnet.conv %x, %v : (tensor<?x2x4x4xf32>, tensor<2x2x1x1xf32>) -> tensor<?x2x4x4xf32>
  %y = resnet.add %c, %d : (tensor<?x2x4x4xf32>, tensor<?x2x4x4xf32>) -> tensor<?x2x4x4xf32>
  return %d, %y : tensor<?x2x4x4xf32>, tensor<?x2x4x4xf32>
}

// -----

// A relu after a relu is one; a relu whose input others read stays, and so does
// one of something that is no convolution.
// CHECK-LABEL: func.func @relus(
// CHECK: %[[C:.+]] = resnet.conv %{{[^ ]+}}, %{{[^ ]+}} {activation = #resnet.activation<relu>} :
// CHECK-NEXT: %[[D:.+]] = resnet.conv %{{[^ ]+}}, %{{[^ ]+}} :
// CHECK-NEXT: %[[E:.+]] = resnet.relu %[[D]]
// CHECK-NEXT: %[[F:.+]] = resnet.relu %arg0
// CHECK-NEXT: return %[[C]], %[[D]], %[[E]], %[[F]]
func.func @relus(%x: tensor<?x2x4x4xf32>, %w: tensor<2x2x1x1xf32>)
    -> (tensor<?x2x4x4xf32>, tensor<?x2x4x4xf32>, tensor<?x2x4x4xf32>, tensor<?x2x4x4xf32>) {
  %c = resnet.conv %x, %w {activation = #resnet.activation<relu>}
     : (tensor<?x2x4x4xf32>, tensor<2x2x1x1xf32>) -> tensor<?x2x4x4xf32>
  %0 = resnet.relu %c : (tensor<?x2x4x4xf32>) -> tensor<?x2x4x4xf32>
  %d = resnet.conv %x, %w : (tensor<?x2x4x4xf32>, tensor<2x2x1x1xf32>) -> tensor<?x2x4x4xf32>
  %1 = resnet.relu %d : (tensor<?x2x4x4xf32>) -> tensor<?x2x4x4xf32>
  %2 = resnet.relu %x : (tensor<?x2x4x4xf32>) -> tensor<?x2x4x4xf32>
  return %0, %d, %1, %2 : tensor<?x2x4x4xf32>, tensor<?x2x4x4xf32>, tensor<?x2x4x4xf32>, tensor<?x2x4x4xf32>
}
