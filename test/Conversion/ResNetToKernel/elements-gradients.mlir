// RUN: resnet-opt %s --split-input-file --resnet-assign-layout --convert-resnet-to-kernel | FileCheck %s

// The windows that reach over row i of windows of 3 in steps of 2 behind a
// padding of 1 are those from ceil((i - 1) / 2) to (i + 1) / 2, of which there
// are 4; in each the largest element is looked for.
// CHECK-LABEL: func.func @max_pool(
// CHECK: kernel.generic "max_pool_gradient" ins(%[[X:.+]], %[[G:.+]] : memref<1x2x7x7xf32>, memref<1x2x4x4xf32>)
// CHECK: ^bb0(%[[IN:.+]]: memref<1x2x7x7xf32>, %[[GRADIENT:.+]]: memref<1x2x4x4xf32>
// CHECK: arith.maxsi
// CHECK: arith.minsi
// CHECK: scf.for {{.*}} -> (f32)
// CHECK: scf.for {{.*}} -> (f32)
// CHECK: scf.for {{.*}} -> (f32, index)
// CHECK: scf.for {{.*}} -> (f32, index)
// CHECK: memref.load %[[IN]]
// CHECK: memref.load %[[GRADIENT]]
// CHECK: arith.addf
func.func @max_pool(%x: tensor<?x2x7x7xf32>, %g: tensor<?x2x4x4xf32>) -> tensor<?x2x7x7xf32> {
  %y = resnet.max_pool_gradient %x, %g {kernel_shape = array<i64: 3, 3>, pads = array<i64: 1, 1, 1, 1>, strides = array<i64: 2, 2>}
     : (tensor<?x2x7x7xf32>, tensor<?x2x4x4xf32>) -> tensor<?x2x7x7xf32>
  return %y : tensor<?x2x7x7xf32>
}

// -----

// Without padding, all are divided by the same at last.
// CHECK-LABEL: func.func @avg_pool(
// CHECK: kernel.generic "avg_pool_gradient"
// CHECK-NOT: arith.sitofp
// CHECK: %[[FOUR:.+]] = arith.constant 4.000000e+00 : f32
// CHECK: arith.divf %{{.+}}, %[[FOUR]]
// CHECK-NEXT: memref.store
func.func @avg_pool(%g: tensor<?x2x4x4xf32>) -> tensor<?x2x8x8xf32> {
  %y = resnet.avg_pool_gradient %g {input_shape = array<i64: 8, 8>, kernel_shape = array<i64: 2, 2>, strides = array<i64: 2, 2>}
     : (tensor<?x2x4x4xf32>) -> tensor<?x2x8x8xf32>
  return %y : tensor<?x2x8x8xf32>
}

// -----

// CHECK-LABEL: func.func @avg_pool_padded(
// CHECK: kernel.generic "avg_pool_gradient"
// CHECK: %[[COUNT:.+]] = arith.sitofp
// CHECK: arith.divf %{{.+}}, %[[COUNT]]
func.func @avg_pool_padded(%g: tensor<?x2x4xf32>) -> tensor<?x2x8xf32> {
  %y = resnet.avg_pool_gradient %g {dilations = array<i64: 1>, input_shape = array<i64: 8>, kernel_shape = array<i64: 3>, pads = array<i64: 1, 0>, strides = array<i64: 2>}
     : (tensor<?x2x4xf32>) -> tensor<?x2x8xf32>
  return %y : tensor<?x2x8xf32>
}

// -----

// Odd columns only have an element.
// CHECK-LABEL: func.func @insert(
// CHECK: kernel.generic "insert_slice"
// CHECK: arith.cmpi ult
// CHECK: arith.remui
// CHECK: %[[IS_INSIDE:.+]] = arith.andi
// CHECK: memref.load
// CHECK: arith.select %[[IS_INSIDE]]
func.func @insert(%x: tensor<?x3x4xi64>) -> tensor<?x3x9xi64> {
  %y = resnet.insert_slice %x {axes = array<i64: 2>, sizes = array<i64: 9>, starts = array<i64: 1>, steps = array<i64: 2>} : (tensor<?x3x4xi64>) -> tensor<?x3x9xi64>
  return %y : tensor<?x3x9xi64>
}

// -----

// CHECK-LABEL: func.func @resample(
// CHECK: kernel.generic "resample"
// CHECK: scf.for {{.*}} -> (f32)
// CHECK: memref.load %{{.+}} : memref<2x3xf32>
// CHECK: memref.load %{{.+}} : memref<1x8x4xf32>
// CHECK: arith.mulf
func.func @resample(%x: tensor<?x8x4xf32>) -> tensor<?x8x2xf32> {
  %b = resnet.constant dense<[0, 1]> : tensor<2xi64>
  %w = resnet.constant dense<[[1.0, 7.5e-1, 2.5e-1], [2.5e-1, 7.5e-1, 1.0]]> : tensor<2x3xf32>
  %y = resnet.resample %x, %b, %w {axis = 2 : i64} : (tensor<?x8x4xf32>, tensor<2xi64>, tensor<2x3xf32>) -> tensor<?x8x2xf32>
  return %y : tensor<?x8x2xf32>
}

// -----

// What is drawn depends on the row-major number of the element and on that of
// the example; there are ten rounds of two products.
// CHECK-LABEL: func.func @dropout(
// CHECK: kernel.generic "dropout"
// CHECK: ^bb0(%[[X:.+]]: memref<1x3x4xf32>, %[[N:.+]]: memref<1xi64>, %[[R:.+]]: memref<3xi32>,
// CHECK: %[[XI:.+]] = memref.load %[[X]]
// CHECK: %[[I:.+]] = arith.index_cast {{.+}} : index to i32
// CHECK: memref.load %[[N]]
// CHECK-COUNT-20: arith.mului_extended
// CHECK-NOT: arith.mului_extended
// CHECK: %[[LEAST:.+]] = arith.constant 1073741824 : i32
// CHECK: %[[KEPT:.+]] = arith.cmpi uge, %{{.+}}, %[[LEAST]] : i32
// CHECK: %[[SCALE:.+]] = arith.constant 1.33333337 : f32
// CHECK: %[[SCALED:.+]] = arith.mulf %[[XI]], %[[SCALE]] : f32
// CHECK: %[[Y:.+]] = arith.select %[[KEPT]], %[[SCALED]], %{{.+}} : f32
// CHECK: memref.store %[[Y]]
func.func @dropout(%x: tensor<?x3x4xf32>, %n: tensor<?xi64> {resnet.name = "example", resnet.role = "example"}, %r: tensor<3xui32> {resnet.name = "random", resnet.role = "random", resnet.place = 0 : i64}) -> tensor<?x3x4xf32> attributes {resnet.training} {
  %y = resnet.dropout %x example %n random %r {ratio = 2.5e-1 : f32} : (tensor<?x3x4xf32>, tensor<?xi64>, tensor<3xui32>) -> tensor<?x3x4xf32>
  return %y : tensor<?x3x4xf32>
}

// -----

// A copy, which is added up over processes when it is there.
// CHECK-LABEL: func.func @all_reduce(
// CHECK: kernel.generic "all_reduce" ins(%{{.+}} : memref<5xf32>) outs(%{{.+}} : memref<5xf32>) units 1 attributes {all_reduce} {
// CHECK: %[[X:.+]] = memref.load
// CHECK-NEXT: memref.store %[[X]]
func.func @all_reduce(%x: tensor<5xf32>) -> tensor<5xf32> attributes {resnet.training} {
  %y = resnet.all_reduce %x : (tensor<5xf32>) -> tensor<5xf32>
  return %y : tensor<5xf32>
}
