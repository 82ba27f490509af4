// RUN: resnet-opt %s --split-input-file --resnet-assign-layout --convert-resnet-to-kernel | FileCheck %s

// What has no kernel of its own is a loop over rows and columns of the result;
// an example has a batch of one.
// CHECK-LABEL: func.func @pow(
// CHECK-DAG: %[[X:.+]] = kernel.view %arg0 : memref<4x8xf64> to memref<1x4x8xf64>
// CHECK: kernel.generic "pow" ins(%[[X]] : memref<1x4x8xf64>) outs(%{{.+}} : memref<1x4x8xf64>) units 4 {
// CHECK-NEXT: ^bb0(%[[FROM:.+]]: memref<1x4x8xf64>, %[[TO:.+]]: memref<1x4x8xf64>, %[[BEGIN:.+]]: index, %[[END:.+]]: index):
// CHECK: scf.for %[[ROW:.+]] = %[[BEGIN]] to %[[END]]
// CHECK: scf.for %[[COLUMN:.+]] =
// CHECK: %[[E:.+]] = memref.load %[[FROM]][
// CHECK: math.powf
// CHECK: memref.store %{{.+}}, %[[TO]][
// CHECK: kernel.yield
func.func @pow(%x: tensor<?x4x8xf64>) -> tensor<?x4x8xf64> {
  %y = resnet.pow %x, %x : (tensor<?x4x8xf64>, tensor<?x4x8xf64>) -> tensor<?x4x8xf64>
  return %y : tensor<?x4x8xf64>
}

// -----

// A boolean is a byte in memory and a bit in code; f16 is computed as f32.
// CHECK-LABEL: func.func @types(
// CHECK-SAME: memref<8xf16>
// CHECK-SAME: memref<8xi8>
// CHECK: arith.extf %{{.+}} : f16 to f32
// CHECK: %[[LESS:.+]] = arith.cmpf olt
// CHECK: %[[BYTE:.+]] = arith.extui %[[LESS]] : i1 to i8
// CHECK: memref.store %[[BYTE]]
func.func @types(%x: tensor<?x8xf16>, %y: tensor<?x8xf16>) -> tensor<?x8xi1> {
  %z = resnet.less %x, %y : (tensor<?x8xf16>, tensor<?x8xf16>) -> tensor<?x8xi1>
  return %z : tensor<?x8xi1>
}

// -----

// Computed as a whole, a tensor keeps its first dimension, and operands
// broadcast along it; a scalar is one row of one element.
// CHECK-LABEL: func.func @whole(
// CHECK-SAME: %arg0: memref<3x4xi64>
// CHECK-SAME: kernel.whole
// CHECK: kernel.generic "mod" ins(%arg0, %arg1 : memref<3x4xi64>, memref<i64>) outs(%{{.+}} : memref<3x4xi64>) units 3 {
// CHECK: arith.remsi
func.func @whole(%x: tensor<3x4xi64>, %s: tensor<i64>) -> tensor<3x4xi64> attributes {resnet.whole} {
  %y = resnet.mod %x, %s {fmod = true} : (tensor<3x4xi64>, tensor<i64>) -> tensor<3x4xi64>
  return %y : tensor<3x4xi64>
}

// -----

// What lies in the padding is not read: the first element stands in for it.
// CHECK-LABEL: func.func @conv1d(
// CHECK: kernel.generic "conv"
// CHECK: %[[P:.+]] = arith.subi
// CHECK: %[[IN:.+]] = arith.cmpi ult, %[[P]], %{{.+}} : index
// CHECK: %[[AT:.+]] = arith.select %[[IN]], %[[P]], %{{.+}} : index
// CHECK: memref.load %{{.+}}[%{{.+}}, %{{.+}}, %[[AT]]] : memref<1x2x5xf32>
// CHECK: arith.select %[[IN]], %{{.+}}, %{{.+}} : f32
func.func @conv1d(%x: tensor<?x2x5xf32>) -> tensor<?x3x5xf32> {
  %w = resnet.constant dense<1.0> : tensor<3x2x3xf32>
  %y = resnet.conv %x, %w {strides = array<i64: 1>, pads = array<i64: 1, 1>, dilations = array<i64: 1>}
     : (tensor<?x2x5xf32>, tensor<3x2x3xf32>) -> tensor<?x3x5xf32>
  return %y : tensor<?x3x5xf32>
}

// -----

// What would trap does not: 0 and -1 are replaced as divisors.
// CHECK-LABEL: func.func @div(
// CHECK: %[[X:.+]] = memref.load
// CHECK: %[[Y:.+]] = memref.load
// CHECK: %[[SAFE:.+]] = arith.select %{{.+}}, %{{.+}}, %[[Y]] : i32
// CHECK: arith.divsi %[[X]], %[[SAFE]]
func.func @div(%x: tensor<?x8xi32>, %y: tensor<?x8xi32>) -> tensor<?x8xi32> {
  %z = resnet.div %x, %y : (tensor<?x8xi32>, tensor<?x8xi32>) -> tensor<?x8xi32>
  return %z : tensor<?x8xi32>
}

// -----

// Code by the element finds its operands by their coordinates: what lies in
// blocks is copied to plain memory before, and the result into blocks after.
// CHECK-LABEL: func.func @blocks(
// CHECK: kernel.conv
// CHECK: kernel.copy {{.*}} : memref<2x4x4x8xf32> -> memref<16x4x4xf32>
// CHECK: kernel.generic "pow" ins({{.*}}) outs(%[[PLAIN:.+]] : memref<1x16x4x4xf32>)
// CHECK: kernel.copy {{.*}} : memref<16x4x4xf32> -> memref<2x4x4x8xf32>
// CHECK: kernel.conv
func.func @blocks(%x: tensor<?x16x4x4xf32>) -> tensor<?x16x4x4xf32> {
  %w = resnet.constant dense<1.0> : tensor<16x16x1x1xf32>
  %two = resnet.constant dense<2> : tensor<i32>
  %c = resnet.conv %x, %w : (tensor<?x16x4x4xf32>, tensor<16x16x1x1xf32>) -> tensor<?x16x4x4xf32>
  %t = resnet.pow %c, %two : (tensor<?x16x4x4xf32>, tensor<i32>) -> tensor<?x16x4x4xf32>
  %d = resnet.conv %t, %w : (tensor<?x16x4x4xf32>, tensor<16x16x1x1xf32>) -> tensor<?x16x4x4xf32>
  return %d : tensor<?x16x4x4xf32>
}
